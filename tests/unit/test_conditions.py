"""Conditions of boundaries: their options, and the sentences that refuse wrong ones."""

import numpy as np
import pytest

import bte
from bte.conditions.values import profile_at
from bte.spectrum import discretize
from gray import LENGTH, gray


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: bte.Rough(), "either specularity= or rms="),
        (lambda: bte.Rough(specularity=0.5, rms=1e-9), "either specularity= or rms="),
        (lambda: bte.Rough(specularity=1.2), r"specularity of Rough must lie in \[0, 1\], not 1.2"),
        (lambda: bte.Rough(rms=-1e-9), "rms of Rough must be >= 0"),
        (
            lambda: bte.Mixed(),
            r"^Mixed takes either specularity= or rms= \[m\], not both or neither",
        ),
        (lambda: bte.Mixed(1.2), r"specularity of Mixed must lie in \[0, 1\], not 1.2"),
        (lambda: bte.Mixed("0.5"), "specularity of Mixed must be a number, not '0.5'"),
        (lambda: bte.Rough(rms=1e-9, formula="soffer"), "formula of Rough must be one of 'ziman'"),
        (lambda: bte.Contact(300.0), "exactly one of transmission=, conductance=.*found none"),
        (
            lambda: bte.Contact(300.0, transmission=0.5, resistance=1e-9),
            "found transmission, resistance",
        ),
        (lambda: bte.Contact(300.0, transmission=1.5), r"must lie in \(0, 1\], not 1.5"),
        (lambda: bte.Contact(300.0, transmission=0.0), "must be positive and finite"),
        (lambda: bte.Contact(-1.0, transmission=0.5), "temperature of a Contact must be positive"),
        (lambda: bte.Periodic(3), "partner of Periodic must be the name of a boundary, not 3"),
        (lambda: bte.Periodic("right", np.inf), "temperature_difference of Periodic must be fin"),
        (lambda: bte.Isothermal("warm"), "temperature of an Isothermal wall must be a number in K"),
        (lambda: bte.HeatFlux(np.nan), "flux of a HeatFlux wall must be finite"),
    ],
)
def test_options_that_cannot_be(make, sentence):
    with pytest.raises(bte.BteError, match=sentence):
        make()


@pytest.mark.parametrize(
    ("boundaries", "sentence"),
    [
        (
            {"left": bte.Rough(rms=1e-9), "right": bte.Diffuse()},
            r"'left' is Rough\(rms=…\), but material 'gray' of region 'domain' carries no freq",
        ),
        ({"left": bte.Periodic("rigt")}, "did you mean 'right'"),
        ({"left": bte.Periodic("left")}, "'left' is Periodic with itself"),
        (
            {"left": bte.Periodic("right", 1.0), "right": bte.Diffuse()},
            "'right' is the partner of periodic boundary 'left' and has the condition Diffuse",
        ),
        (
            {"left": bte.Periodic("right", 1.0), "right": bte.Periodic("left", 1.0)},
            "remove that",
        ),
        ({"left": bte.Diffuse()}, "boundary 'right' has no condition"),
        ({"left": bte.Diffuse(), "right": 300.0}, "must be one of Isothermal, Contact"),
    ],
)
def test_boundaries_that_cannot_be(boundaries, sentence):
    mesh = bte.Mesh.line([0, LENGTH], 4)
    with pytest.raises(bte.BteError, match=sentence):
        bte.Problem(mesh, {"domain": gray(1.0)}, boundaries)


def test_a_periodic_boundary_gives_its_partner_the_way_back():
    mesh = bte.Mesh.line([0, LENGTH], 4)
    problem = bte.Problem(mesh, {"domain": gray(1.0)}, {"left": bte.Periodic("right", 2.0)})
    assert problem.boundaries["right"] == bte.Periodic("left", -2.0)


def test_specularity_of_ziman():
    """p = exp(-16 pi^2 eta^2 cos^2/lambda^2); the paper prints 16 pi^3."""
    wavelength, height, cosine = 5e-9, 0.2e-9, np.array([1.0, 0.5])
    k = np.array([2 * np.pi / wavelength])
    exponent = 16 * np.pi**2 * height**2 * cosine**2 / wavelength**2
    p = bte.Rough(rms=height).fraction(np.ones(1), k, cosine)
    assert p == pytest.approx(np.exp(-exponent), rel=1e-14)
    printed = bte.Rough(rms=height, formula="ziman paper").fraction(np.ones(1), k, cosine)
    assert printed == pytest.approx(np.exp(-np.pi * exponent), rel=1e-14)


def test_specularity_as_a_function():
    path, cosine = np.array([[1e-8], [1e-7]]), np.array([[0.2, 0.9]])
    wall = bte.Rough(specularity=lambda mfp, cos: (1 - cos) * mfp / 1e-7)
    expected = np.array([[0.08, 0.01], [0.8, 0.1]])
    assert wall.fraction(path, path, cosine) == pytest.approx(expected)
    with pytest.raises(bte.BteError, match=r"its function gives 2 at a mean free path of 1e-08"):
        bte.Rough(specularity=lambda mfp, cos: 2.0).fraction(path, path, cosine)
    with pytest.raises(bte.BteError, match="a function that fails on arrays"):
        bte.Rough(specularity=lambda mfp: mfp).fraction(path, path, cosine)


def test_profiles():
    points = np.array([[0.0], [1.0], [2.0]])
    assert profile_at("T", 300, points, "K") == pytest.approx(300.0)
    assert profile_at("T", lambda x: 300 + x[:, 0], points, "K") == pytest.approx([300, 301, 302])
    with pytest.raises(bte.BteError, match=r"T must be positive and finite \[K\] everywhere"):
        profile_at("T", lambda x: x[:, 0], points, "K", positive=True)
    with pytest.raises(bte.BteError, match=r"T is a function that fails on points of shape"):
        profile_at("T", lambda x: x[:2, 0], points, "K")


@pytest.mark.parametrize("function", [lambda *x: 1 // 0, lambda *x: x[0].nothing, lambda *x: 1j])
def test_whatever_fails_in_a_users_function_is_a_sentence(function):
    points = np.zeros((3, 2))
    wall = bte.Rough(specularity=function)
    mesh = bte.Mesh.line([0.0, 1e-7], 2)
    source = {"domain": bte.Source(density=function)}
    with pytest.raises(bte.BteError, match="T is a function that fails"):
        profile_at("T", function, points, "K")
    with pytest.raises(bte.BteError, match="specularity of Rough is a function that fails"):
        wall.fraction(points, points, points)
    with pytest.raises(bte.BteError, match="source of region 'domain' must be a power density"):
        bte.Problem(
            mesh,
            {"domain": bte.material("Si")},
            dict.fromkeys(mesh.boundary_names, bte.Isothermal(300.0)),
            sources=source,
        ).estimate()


def test_a_number_without_unit_has_none_in_the_sentence():
    with pytest.raises(bte.BteError, match=r"specularity of Rough must be a number, not 'half'$"):
        bte.Rough(specularity="half")
    with pytest.raises(bte.BteError, match=r"specularity of Rough must be finite, not nan$"):
        bte.Rough(specularity=float("nan"))


def test_wave_numbers_of_the_groups():
    debye = bte.Material.from_dispersion(
        "debye",
        branches=[bte.materials.Branch.debye("LA", 5000.0, 1e10)],
        rates=[bte.materials.ConstantPath(1e-8)],
    )
    spectrum = discretize([debye], 300.0, 40)
    k = spectrum.wavenumber[0]
    low, high = spectrum.band_edges[:-1] / 5000.0, spectrum.band_edges[1:] / 5000.0
    assert np.all((k > low) & (k < high))
    # root mean square with weight k^2, nearly: C v ~ k^2 as long as hbar omega < k_B T
    classical = np.sqrt(3 / 5 * (high**5 - low**5) / (high**3 - low**3))
    assert k == pytest.approx(classical, rel=2e-2)
    assert np.isnan(discretize([gray(1.0)], 300.0, 1).wavenumber).all()


def test_wave_numbers_of_frequency_intervals():
    """K is the integral of d omega / v along the branch."""
    table = bte.Material.from_groups(
        "table",
        heat_capacity=[1e5] * 3,
        speed=[1000.0, 2000.0, 1000.0],
        mean_free_path=[1e-8] * 3,
        frequency_edges=[0, 1e12, 2e12, 3e12],
    )
    assert discretize([table], 300.0, 3).wavenumber[0] == pytest.approx([5e8, 1.25e9, 2e9])
