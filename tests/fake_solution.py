"""Exact solutions of Fourier's law in two layers, made without a solver."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bte.mesh import Mesh
from bte.solution import BoundaryResult, InterfaceResult, Ledger, Solution

HOT, COLD = 301.0, 299.0
KAPPA = {"film": 2.0, "base": 50.0}
CONDUCTANCE = 1e8
THICK = 50e-9  # each layer
BANDS = np.array([0.25, 0.75])  # share of the flux in each band


def layer_mesh(dim: int) -> Mesh:
    def regions(centres):
        return np.where(centres[:, 0] < THICK, "film", "base")

    if dim == 1:
        return Mesh.line([0, THICK, 2 * THICK], [5, 5], ["film", "base"], ("left", "right"))
    if dim == 2:
        return Mesh.rectangle((2 * THICK, 30e-9), (8, 3), regions)
    return Mesh.box((2 * THICK, 30e-9, 20e-9), (6, 2, 2), regions)


def exact_flux() -> float:
    resistance = THICK / KAPPA["film"] + 1 / CONDUCTANCE + THICK / KAPPA["base"]
    return (HOT - COLD) / resistance


def fake_solution(dim: int = 1, model: str = "kapitza", excess: float = 0.0) -> Solution:
    """Two layers along x in series; ``excess`` adds a constant, as a poor model would."""
    mesh = layer_mesh(dim)
    q = exact_flux()
    x = mesh.node_points[:, 0]
    film = np.repeat(mesh.cell_region, np.diff(mesh.dg_offsets)) == mesh.region_names.index("film")
    at_film = HOT - q * THICK / KAPPA["film"]
    at_base = at_film - q / CONDUCTANCE
    temperature = np.where(
        film, HOT - q * x / KAPPA["film"], at_base - q * (x - THICK) / KAPPA["base"]
    )
    flux = np.zeros((mesh.n_node, dim))
    flux[:, 0] = q
    area = float(mesh.faces.area[mesh.boundary_faces("left")].sum())
    power = q * area
    boundaries = {
        name: BoundaryResult("Diffuse", 1e-15, 0.0, 0.0 * BANDS, 300.0)
        for name in mesh.boundary_names
    }
    boundaries["left"] = BoundaryResult("Isothermal", area, power, power * BANDS, HOT)
    boundaries["right"] = BoundaryResult("Isothermal", area, -power, -power * BANDS, COLD)
    contact = InterfaceResult(
        "film",
        "base",
        area,
        q,
        q * BANDS,
        (at_film, at_base),
        (at_film + 0.1, at_base - 0.1),
        "DMM",
    )
    contacts = {("film", "base"): contact}
    if mesh.region_names[0] == "base":
        contacts = {("base", "film"): contact.reversed()}
    return Solution(
        mesh=mesh,
        model=model,
        reference_temperature=300.0,
        temperature=temperature + excess,
        pseudo_temperature=temperature + excess,
        heat_flux=flux,
        source=np.zeros(mesh.n_node),
        boundaries=boundaries,
        interfaces=contacts,
        region_power={"film": 0.0, "base": 0.0},
        ledger=Ledger(power, power, 0.0, 0.0, 2 * power),
        iterations=12,
        residuals=(1.0, 1e-3, 1e-7),
        converged=True,
        settings={"bands": 12, "azimuths": 24, "polars": 3, "tolerance": 1e-6, "note": None},
        seconds={"solve": 1.5},
        band_edges=np.array([0.0, 1e13, 2e13]),
        conductivities=dict(KAPPA),
    )


def with_problem(solution: Solution, problem: object) -> Solution:
    return replace(solution, problem=problem)


def fake_fin(model: str = "bte", height: float = 8.0) -> Solution:
    """A made-up temperature bump in a fin on a substrate, with a jump between them."""

    def regions(c):
        fin = (np.abs(c[:, 0] - 60e-9) < 10e-9) & (c[:, 2] > 40e-9) & (c[:, 2] < 80e-9)
        return np.where(fin, "fin", np.where(c[:, 2] < 40e-9, "substrate", "oxide"))

    mesh = Mesh.box((120e-9, 60e-9, 100e-9), (24, 6, 20), regions)
    p = mesh.node_points
    node_region = np.repeat(mesh.cell_region, np.diff(mesh.dg_offsets))
    distance = np.linalg.norm(p - [60e-9, 22e-9, 70e-9], axis=1)
    bump = height * np.exp(-((distance / 35e-9) ** 2))
    drop = np.where(node_region == mesh.region_names.index("fin"), 1.0, 0.7)
    temperature = 300.0 + bump * drop
    flux = np.zeros((mesh.n_node, 3))
    flux[:, 2] = -1e8 * bump
    zero = 0.0 * BANDS
    power = 2e-6
    boundaries = {
        n: BoundaryResult("Diffuse", 1e-15, 0.0, zero, 300.0) for n in mesh.boundary_names
    }
    boundaries["bottom"] = BoundaryResult("Isothermal", 7e-15, -power, -power * BANDS, 300.0)
    contacts = {
        pair: InterfaceResult(*pair, 1e-15, 1e9, 1e9 * BANDS, (305.0, 303.0), (305.1, 302.9), "DMM")
        for pair in mesh.interfaces
    }
    heated = mesh.cell_region == mesh.region_names.index("fin")
    return replace(
        fake_solution(),
        mesh=mesh,
        model=model,
        temperature=temperature,
        pseudo_temperature=temperature,
        heat_flux=flux,
        source=np.repeat(heated * power / mesh.volumes[heated].sum(), mesh.dim + 1),
        boundaries=boundaries,
        interfaces=contacts,
        region_power={"fin": power},
        ledger=Ledger(0.0, power, power, 0.0, 2 * power),
        conductivities={"fin": 50.0, "substrate": 148.0, "oxide": 1.4},
    )
