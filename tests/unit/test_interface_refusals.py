"""Interface models and tables that cannot be, each refused in one sentence."""

import numpy as np
import pytest

import bte
from bte.conditions.interface import transmission_table
from bte.conditions.pair import make_pair

GRAY = bte.Material.gray("gray", heat_capacity=1.66e6, speed=6400.0, mean_free_path=41e-9)


@pytest.fixture(scope="module")
def silicon_germanium():
    return make_pair(bte.material("Si"), bte.material("Ge"), 300.0, bands=8)


REFUSED = {
    "balance": (
        bte.Transmission(0.9),
        r"transmission 0.9 from 'Si' to 'Ge' breaks detailed balance: in band \d+ \(.* Trad/s\) "
        r"[\d.]+ times what .* so at most 0.\d+ can; bands with [\d.]+ % of the flux .*symmetrize",
    ),
    "balance at a frequency": (
        bte.Transmission(lambda w: np.where(w > 2e13, 0.9, 0.0)),
        r"transmission function from 'Si' to 'Ge' breaks detailed balance: in [\d.]+ Trad/s "
        r"\(band \d+\) [\d.]+ times",
    ),
    "balance at an angle": (
        bte.Transmission(lambda w, mu: 0.9 * mu + 0 * w, directional=True),
        r"\(band \d+\) at cos = 0.99\d [\d.]+ times",
    ),
    "balance of branches": (bte.Transmission({"LA": 1.0, "TA": 0.9}), "breaks detailed balance"),
    "range": (
        bte.Transmission(lambda w: w / 3e13),
        r"must lie in \[0, 1\], but is 1.\d+ at omega = [\d.e+]+ rad/s",
    ),
    "range with angle": (
        bte.Transmission(lambda w, mu: 0 * w + mu - 0.5),
        r"must lie in \[0, 1\], but is -0.4\d+ at omega = [\d.e+]+ rad/s and cos = 0.0\d+",
    ),
    "no number": (bte.Transmission(lambda w: w * np.nan), "but is nan at omega"),
    "failing": (
        bte.Transmission(lambda w: w.nothing),
        r"a function that fails on arrays \(omega \[rad/s\]\): .*'nothing'; it must return a frac",
    ),
    "wrong shape": (bte.Transmission(lambda w, mu: np.ones(3)), r"\(omega \[rad/s\], cos theta\)"),
    "branch": (
        bte.Transmission({"LA": 0.1, "TA2": 0.1}),
        "branch of the Transmission 'TA2' does not exist; did you mean 'TA'. .material 'Si' of re",
    ),
    "missing branch": (
        bte.Transmission({"LA": 0.1}),
        "says nothing of branch 'TA' of material 'Si' of region 'Si'; give a fraction for each",
    ),
    "resistance": (
        bte.Resistance(1e-9),
        r"Resistance\(1e-09\) between 'Si' and 'Ge' is 1e-09 m2K/W, less than phonons allow at "
        r"300 K: with all passing that can \(the radiation limit\) it is 1.\d+e-09 m2K/W by local",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_tables_that_cannot_be(silicon_germanium, case):
    model, sentence = REFUSED[case]
    with pytest.raises(bte.BteError, match=sentence):
        transmission_table(model, silicon_germanium)


def test_frequencies_that_a_side_lacks():
    pair = make_pair(bte.material("Si"), GRAY, 300.0, bands=4)
    sentence = (
        r"interface 'Si' / 'gray' is Transmission.function., which depends on the frequency, but "
        "material 'gray' of region 'gray' carries no frequencies, so all bands mix; give a number"
    )
    with pytest.raises(bte.BteError, match=sentence):
        transmission_table(bte.Transmission(lambda w: 0.5), pair)


def test_sides_with_no_band_in_common():
    def one(name, low, high):
        return bte.Material.from_groups(
            name,
            heat_capacity=[1e6],
            speed=[1e3],
            mean_free_path=[1e-7],
            frequency_edges=[[low, high]],
        )

    pair = make_pair(one("low", 0.0, 1e13), one("high", 2e13, 3e13), 300.0)
    with pytest.raises(bte.BteError, match="the two sides have no band in common"):
        transmission_table(bte.Resistance(1e-8), pair)
    for model in (bte.DMM(), bte.Radiation(), bte.Transmission(lambda w: 1.0)):
        assert (transmission_table(model, pair).forward == 0.0).all()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: bte.Transmission(1.2), r"transmission must lie in \[0, 1\], not 1.2"),
        (lambda: bte.Transmission(-0.1), r"transmission must lie in \[0, 1\], not -0.1"),
        (lambda: bte.Transmission(np.nan), "transmission must be finite"),
        (lambda: bte.Transmission(None), "must be a number in .0, 1., a function of .*not None"),
        (lambda: bte.Transmission([0.1, 0.2, 0.3]), "a list of numbers that says no frequencies"),
        (lambda: bte.Transmission((0.1, 0.2)), "a list of numbers that says no frequencies"),
        (lambda: bte.Transmission({}), "transmission is an empty dict; give"),
        (lambda: bte.Transmission({1: 0.2}), "has the branch 1; names of branches are texts"),
        (lambda: bte.Transmission({"LA": 2.0}), r"must lie in \[0, 1\], not 2.0"),
        (lambda: bte.Transmission(lambda: 0.1), "it needs 0 by position; write it with one or two"),
        (lambda: bte.Transmission(lambda a, b, c: 0.1), "it needs 3 by position"),
        (lambda: bte.Transmission(([1, 2], [0.1])), r"values of shape \(1,\); \(2,\) are needed"),
        (lambda: bte.Transmission((["a", 2], [0.1, 1])), "frequencies that are no array of num"),
        (lambda: bte.Transmission(([1, 1], [0.1, 0.2])), "has 1 rad/s twice among its frequencies"),
        (lambda: bte.Transmission(([1, 2], [0.1, 2])), "but is 2 at omega = 2 rad/s"),
        (lambda: bte.Transmission(0.5, of="both"), "of must be 'first' or 'smaller side'"),
        (lambda: bte.Transmission(0.5, directional=1), "directional must be True or False, not 1"),
        (lambda: bte.Transmission(0.5, symmetrize="yes"), "symmetrize must be True or False"),
        (lambda: bte.Resistance(0.0), r"resistance must be positive and finite \[m2 K/W\]"),
        (lambda: bte.Resistance(1e-9, "mean"), "convention must be one of 'emitted', 'local', "),
    ],
)
def test_models_that_cannot_be(make, sentence):
    with pytest.raises(bte.BteError, match=sentence):
        make()


def test_models_compare_and_are_short():
    omega = np.linspace(0, 1e14, 200)
    model = bte.Transmission((omega, 0.5 + 0 * omega), directional=True)
    assert repr(model) == "Transmission(table of 200 frequencies, directional=True)"
    assert model == bte.Transmission((omega, 0.5 + 0 * omega), directional=True)
    assert repr(bte.Transmission({"LA": 0.3, "TA": 0.6})) == "Transmission(LA 0.3, TA 0.6)"
