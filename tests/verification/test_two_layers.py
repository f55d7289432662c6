"""Two gray layers with a diffuse interface between black walls, against exact values.

Units: layers of thickness 1, C1 v1 = 1 [flux per kelvin], hot wall 1, cold wall 0. Computed by two
independent methods (analytical discrete ordinates of both layers together, and composition of
single slabs with the exact interface resistance); profiles agree to 1e-10.
"""

import pytest

import bte

UNIT = 100e-9
CAPACITY, SPEED = 1e6, 1e3

# C1, v1, L1, C2, v2, L2, t12 -> q, T1 and T2 at the interface
CASES = {
    "diffusive, mismatched": (
        (1, 1, 0.02, 0.8, 0.5, 0.05, 0.28571428571428575),
        (0.003175416001648203, 0.515651810315473, 0.4964018738403714),
    ),
    "ballistic, mismatched": (
        (1, 1, 100, 1, 0.5, 50, 0.2),
        (0.04951821559515075, 0.8974681258551375, 0.21073338195679214),
    ),
    "matched, half": (
        (1, 1, 1, 1, 1, 1, 0.5),
        (0.06917574916582606, 0.6209267707497433, 0.37907322925025666),
    ),
    "matched, scrambled": (
        (1, 1, 1, 1, 1, 1, 1.0),
        (0.09563947983567762, 0.47590930488924327, 0.5240906951107566),
    ),
    "nearly diffusive": (
        (1, 1, 0.01, 1, 0.5, 0.01, 0.2),
        (0.0010860262816628217, 0.671443789449298, 0.6571124211014099),
    ),
}


def two_layers(c1, v1, mfp1, c2, v2, mfp2, t12, grading=1.35, cells=40):
    mesh = bte.Mesh.line(
        [0, UNIT, 2 * UNIT], [cells, cells], ["a", "b"], ("hot", "cold"), grading=grading
    )

    def layer(name, c, v, mfp):
        return bte.Material.gray(
            name, heat_capacity=c * CAPACITY, speed=v * SPEED, mean_free_path=mfp * UNIT
        )

    return bte.Problem(
        mesh,
        {"a": layer("a", c1, v1, mfp1), "b": layer("b", c2, v2, mfp2)},
        {"hot": bte.Isothermal(301.0), "cold": bte.Isothermal(300.0)},
        {("a", "b"): bte.Transmission(t12)},
    )


@pytest.mark.parametrize("case", CASES)
def test_flux_and_interface_temperatures(case):
    parameters, (flux, first, second) = CASES[case]
    solution = two_layers(*parameters).solve(tolerance=1e-8)
    interface = solution.interface("a", "b")
    assert solution.power["hot"] / (CAPACITY * SPEED) == pytest.approx(flux, rel=1e-5)
    assert interface.heat_flux == pytest.approx(solution.power["hot"], rel=1e-6)
    assert interface.energy[0] - 300 == pytest.approx(first, abs=1e-4)
    assert interface.energy[1] - 300 == pytest.approx(second, abs=1e-4)
    assert interface.temperature_jump == pytest.approx(first - second, abs=2e-4)


def test_the_jump_may_be_negative():
    """Behind a scrambling interface the far side is warmer: T1 < T2 legitimately."""
    parameters, _ = CASES["matched, scrambled"]
    assert two_layers(*parameters).solve().interface("a", "b").temperature_jump < -0.04


def test_the_model_the_other_way_round_is_the_same():
    parameters, (flux, *_) = CASES["ballistic, mismatched"]
    forward = two_layers(*parameters)
    backward = bte.Problem(
        forward.mesh,
        forward.materials,
        forward.boundaries,
        {("b", "a"): bte.Transmission(0.4)},
    )
    interface = backward.solve(tolerance=1e-8).interface("b", "a")
    assert interface.heat_flux / (CAPACITY * SPEED) == pytest.approx(-flux, rel=1e-5)


# exact continuum fluxes: interface conductance by emitted temperatures, by local equilibrium
# (both with walls at their temperatures), and with slip at walls and interface
CONTINUUM = {
    "diffusive, mismatched": (0.0031847133757961785, 0.003257328990228013, 0.0031754160016479256),
    "ballistic, mismatched": (0.04962779156327544, 0.0706713780918728, 0.04775998594393696),
    "matched, half": (0.07142857142857142, 0.1, 0.06884514234000837),
    "matched, scrambled": (0.1, 0.16666666666666666, 0.09500868929115797),
    "nearly diffusive": (0.0010869565217391304, 0.0010940919037199124, 0.0010860262816628204),
}


@pytest.mark.parametrize("case", CONTINUUM)
@pytest.mark.parametrize(
    ("rung", "model", "convention"),
    [(0, "kapitza", "emitted"), (1, "kapitza", "local"), (2, "slip", "local")],
)
def test_continuum_rungs_are_exact(case, rung, model, convention):
    solution = two_layers(*CASES[case][0]).solve_fourier(model, convention=convention)
    flux = solution.power["hot"] / (CAPACITY * SPEED)
    # a wall held at its temperature costs digits: flux = kappa/h x (T_wall - T), kappa/h large
    digits = 1e-10 if model == "slip" else 1e-8
    assert flux == pytest.approx(CONTINUUM[case][rung], rel=digits)


def test_ballistic_limit():
    """q = G0 dT: neither layer resists, T1 = 1 - t12/2 and T2 = t21/2."""
    solution = two_layers(1, 1, 1e6, 1, 0.5, 1e6, 0.2).solve(tolerance=1e-8)
    interface = solution.interface("a", "b")
    assert solution.power["hot"] / (CAPACITY * SPEED) == pytest.approx(0.05, rel=1e-5)
    assert interface.energy == pytest.approx((300 + 0.9, 300 + 0.2), abs=1e-5)
