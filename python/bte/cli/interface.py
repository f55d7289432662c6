"""``bte interface``: the conductance of two materials in contact."""

# ruff: noqa: T201 - to print is what a command does

from __future__ import annotations

import argparse
import textwrap
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bte.cli.screen import print_table
from bte.conditions.models import (
    AMM,
    DMM,
    InterfaceModel,
    Mixed,
    PressedContact,
    Radiation,
    Resistance,
    Transmission,
)
from bte.errors import BteError, BteWarning
from bte.io.json import write_json
from bte.io.pictures import check_figure
from bte.io.together import require_directory
from bte.junction import InterfaceProperties, interface
from bte.junction.text import (
    branch_table,
    conductance_table,
    conductivity,
    model_name,
    remarks,
)
from bte.materials import Material
from bte.materials.library import material
from bte.units import parse

Array = NDArray[np.float64]

_TEMPERATURES = ("1", "2", "5", "10", "20", "50", "100", "200", "300", "500", "1000")
_ONE = ("300",)  # of what was measured at one temperature
_OF_ONE = ("resistance", "pressed")
_WIDTH = 80
_CONVENTIONS = ("emitted", "local", "slip")
_SUMMARY = 300.0  # [K], where frequencies, branches and angles are weighted, if it is asked for


def _quantity(dimension: str) -> Callable[[str, str], float]:
    return lambda text, name: parse(text, dimension, name)


def _number(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BteError(f"{name} is '{text}'; give a number") from None


def _fraction(text: str, name: str) -> float | str:
    """Return a number, or the path of a table."""
    try:
        return float(text)
    except ValueError:
        return text


#: Options of the models: how each is read, and what it is called there.
_READERS: dict[str, Callable[[str, str], Any]] = {
    "scalar": lambda text, name: text,
    "specularity": _number,
    "rms": _quantity("length"),
    "formula": lambda text, name: text,
    "transmission": _fraction,
    "of": lambda text, name: text,
    "resistance": _quantity("resistance"),
    "pressure": _quantity("pressure"),
    "hardness": _quantity("pressure"),
    "slope": _number,
    "gap": _quantity("conductivity"),
}

_MODELS: dict[str, tuple[Callable[..., InterfaceModel], tuple[str, ...], tuple[str, ...]]] = {
    "dmm": (DMM, (), ("inelastic",)),
    "amm": (AMM, (), ("scalar",)),
    "mixed": (Mixed, (), ("specularity", "rms", "formula", "scalar")),
    "transmission": (Transmission, ("transmission",), ("of", "directional", "symmetrize")),
    "radiation": (Radiation, (), ()),
    "resistance": (Resistance, ("resistance",), ()),
    "pressed": (PressedContact, ("pressure", "hardness", "slope", "rms"), ("gap",)),
}
_FLAGS = ("inelastic", "directional", "symmetrize")


def add_interface(commands: Any) -> None:
    """Add the command to the parser."""
    found = commands.add_parser("interface", help="conductance of two materials in contact")
    found.add_argument("first", help="library name or .toml file of the first material")
    found.add_argument("second", help="of the second material")
    found.add_argument("--model", choices=tuple(_MODELS), default="dmm", help="(default dmm)")
    found.add_argument(
        "-t",
        "--temperature",
        nargs="+",
        metavar="T",
        help="temperatures, such as 4.2 77 300 or '4.2 K' (default 1 to 1000 K; 300 K alone of "
        "resistance and pressed)",
    )
    found.add_argument(
        "--convention", choices=_CONVENTIONS, help="temperatures of G (default: emitted and local)"
    )
    found.add_argument(
        "--cutoff", choices=("channel", "min"), default="channel", help="(default channel)"
    )
    found.add_argument("--plot", metavar="FILE", help="write a figure (PNG, PDF, SVG)")
    found.add_argument("--json", metavar="FILE", help="write all numbers in SI units")
    options = found.add_argument_group("options of the models")
    options.add_argument("--inelastic", action="store_true", help="dmm: frequencies may change")
    options.add_argument(
        "--scalar", choices=("fluid", "SH"), help="amm, mixed: polarisations apart, no conversion"
    )
    options.add_argument(
        "--specularity", metavar="P", help="mixed: fraction scattered specularly, 0 to 1"
    )
    options.add_argument("--rms", metavar="HEIGHT", help="mixed, pressed: rms roughness, '0.2 nm'")
    options.add_argument(
        "--formula", choices=("ziman", "ziman paper"), help="mixed: specularity by rms"
    )
    options.add_argument("--transmission", metavar="T", help="transmission: 0 to 1, or a file")
    options.add_argument(
        "--of", choices=("first", "smaller side"), help="transmission: of whose phonons"
    )
    options.add_argument("--directional", action="store_true", help="transmission: directions kept")
    options.add_argument(
        "--symmetrize",
        action="store_true",
        help="transmission: lower it where detailed balance asks",
    )
    options.add_argument("--resistance", metavar="R", help="resistance: '10 m2K/GW'")
    options.add_argument("--pressure", metavar="P", help="pressed: '1 MPa'")
    options.add_argument("--hardness", metavar="H", help="pressed: '1 GPa'")
    options.add_argument("--slope", metavar="M", help="pressed: mean slope of the asperities")
    options.add_argument(
        "--gap", metavar="K", help="pressed: conductivity of the gap, '0.026 W/m/K'"
    )
    found.set_defaults(command=show_interface)


def show_interface(options: argparse.Namespace) -> int:
    """Print the conductance of an interface, and write what is asked for."""
    asked = options.temperature or (_ONE if options.model in _OF_ONE else _TEMPERATURES)
    temperatures = np.array([_temperature(text) for entry in asked for text in entry.split(",")])
    if options.plot:
        check_figure(options.plot)
    for path in (options.plot, options.json):
        if path:
            require_directory(Path(path).parent)
    model = _model(options)
    found = interface(material(options.first), material(options.second), model)
    for side in (found.first, found.second):
        _caution(side, temperatures)
    table = conductance_table(found, temperatures, options.convention, options.cutoff)
    print_table(table)
    shown = _shown(temperatures)
    print_table(branch_table(found, shown))
    for line in remarks(found, options.cutoff):
        print(textwrap.fill(line, _WIDTH))
    if options.plot:
        print(f"figure   {found.plot(options.plot, shown)}")
    if options.json:
        write_json(numbers(found, temperatures, options.cutoff), options.json)
        print(f"numbers  {options.json}")
    return 0


def _caution(side: Material, temperatures: Array) -> None:
    """Warn of what phonons leave out at the temperature nearest to 300 K, and of those outside."""
    for text in side.cautions(_shown(temperatures)):
        warnings.warn(text, BteWarning, stacklevel=2)
    for t in (float(temperatures.min()), float(temperatures.max())):
        for text in side.cautions(t):
            if "is meant for" in text:
                warnings.warn(text, BteWarning, stacklevel=2)


def _shown(temperatures: Array) -> float:
    """Return the temperature within those asked for that is next to 300 K."""
    return float(np.clip(_SUMMARY, temperatures.min(), temperatures.max()))


def _temperature(text: str) -> float:
    found = parse(text.strip(), "temperature", "--temperature")
    if found <= 0.0:
        raise BteError(f"--temperature is '{text}'; it must be above 0 K")
    return found


def _model(options: argparse.Namespace) -> InterfaceModel:
    """Return the model of the options; those of other models are errors."""
    make, needed, optional = _MODELS[options.model]
    for name in (*_READERS, *_FLAGS):
        given = getattr(options, name) not in (None, False)
        if given and name not in (*needed, *optional):
            owners = [key for key, (_, a, b) in _MODELS.items() if name in (*a, *b)]
            raise BteError(
                f"--{name} means nothing to the model '{options.model}'; leave it out, or use "
                f"--model {' or '.join(owners)}"
            )
        if name in needed and not given:
            raise BteError(f"model '{options.model}' needs --{name}; add it")
    values = {
        name: _READERS[name](getattr(options, name), f"--{name}")
        for name in (*needed, *optional)
        if name in _READERS and getattr(options, name) is not None
    }
    flags = {name: True for name in optional if name in _FLAGS and getattr(options, name)}
    return make(**values, **flags)


def numbers(
    found: InterfaceProperties, temperatures: Array, cutoff: str = "channel"
) -> dict[str, Any]:
    """Return what the command knows of an interface, in SI units."""
    shown = _shown(temperatures)
    conductances = {
        name: found.conductance(temperatures, name)
        for name in (_CONVENTIONS if cutoff == "channel" else ())
    }
    if cutoff != "channel":
        conductances["emitted"] = found.conductance(temperatures, cutoff=cutoff)
    local = np.asarray(found.conductance(temperatures, "local"))
    lengths = [
        [conductivity(side, t) / g for t, g in zip(temperatures.tolist(), local, strict=True)]
        for side in (found.first, found.second)
    ]
    branches = found.by_branch(shown)
    document: dict[str, Any] = {
        "first": found.first.name,
        "second": found.second.name,
        "model": model_name(found.model),
        "cutoff": cutoff,
        "temperature": temperatures,
        "conductance": conductances,
        "kapitza_length": {"first": lengths[0], "second": lengths[1]},
        "by_branch": {
            "temperature": shown,
            "first": branches.first,
            "second": branches.second,
            "conductance": branches.values,
        },
    }
    angles = found.by_angle(shown)
    document["by_angle"] = {
        "temperature": shown,
        "edges": angles.edges,
        "incident": angles.labels,
        "conductance": angles.values,
    }
    if found.sides.sharp:
        parts = found.by_frequency(shown)
        document["by_frequency"] = {
            "temperature": shown,
            "omega": parts.omega,
            "weight": parts.weight,
            "conductance": parts.density,
            "forward": parts.forward,
            "backward": parts.backward,
        }
    try:
        law = found.low_temperature()
    except BteError:
        return document
    document["low_temperature"] = {
        "emitted": law.prefactor,
        "local": law.local_prefactor,
        "holds_below": law.holds_below(),
    }
    return document
