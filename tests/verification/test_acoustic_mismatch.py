"""The acoustic mismatch model against computed tables, and liquid helium on solids.

Si (2330 kg/m3; 8970, 5332 m/s) and Ge (5320; 5370, 3280), isotropic. The values come from 4x4
systems of Knott and Zoeppritz solved with another code, and tanh-sinh integrals.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from bte import Material
from bte.conditions.acoustics import hemispheric, resolved_acoustic
from bte.conditions.elastic import HalfSpace, energy_matrix
from bte.units import HBAR, K_B

SI = (2330.0, (8970.0, 5332.0))
GE = (5320.0, (5370.0, 3280.0))
HELIUM = (145.0, (238.0, 0.0))
SOLIDS = {
    "Cu": (8960.0, (4760.0, 2325.0)),
    "Si": SI,
    "sapphire": (3986.0, (10900.0, 6450.0)),
}

# degrees: (R_P, R_SV, T_P, T_SV) of incident P, of incident SV, T of incident SH; from Si
ANGLES = {
    0: (
        (0.024029277154476374, 0.0, 0.9759707228455243, 0.0),
        (0.0, 0.028306720150224937, 0.0, 0.9716932798497753),
        0.971693279849775,
    ),
    10: (
        (0.022476783316408018, 0.0018960614998647738, 0.9729141378050916, 0.0027130173786353413),
        (0.00554160203240664, 0.026420577288992775, 0.008056180813311832, 0.9599816398652885),
        0.970108305767802,
    ),
    20: (
        (0.01786113435304266, 0.007736543558064535, 0.9635948344569832, 0.010807487631909144),
        (0.024696592961231573, 0.01981519610889492, 0.03569483847108842, 0.9197933724587852),
        0.9648804581640089,
    ),
    40: (
        (0.002821856467249673, 0.03220291899504065, 0.9232131813815185, 0.04176204315619091),
        (0.0, 0.015599562436852106, 0.3350241502373839, 0.6493762873257639),
        0.935041559060416,
    ),
    50: (
        (0.0005915418983143411, 0.04975210797828876, 0.8875383394885897, 0.06211801063480696),
        (0.0, 0.04848882164549955, 0.23436119511671752, 0.7171499832377825),
        0.8996559410984626,
    ),
    70: (
        (0.099493647037739, 0.07678313850760757, 0.7329108184697487, 0.09081239598490441),
        (0.0, 0.218035117334177, 0.10120272571908015, 0.6807621569467425),
        0.7080356268500436,
    ),
    80: (
        (0.33661865005871827, 0.06435938998905262, 0.523894623292712, 0.07512733665951697),
        (0.0, 0.46684908307688994, 0.029481981241974483, 0.5036689356811358),
        0.46561939330621493,
    ),
}
GAMMA_SI = (0.4574398520068219, 0.44859698508899937, 0.43202300863400184)
GAMMA_GE = (0.23429762348149122, 0.14350840793717876, 0.16348363403988816)
G_OVER_T3 = 747.3187952440204
# (polarisation, form): mean transmission from Si, from Ge
SCALAR = {
    ("P", "fluid"): (0.9610008611337221, 0.3444192860436191),
    ("P", "SH"): (0.8691320101398033, 0.31149381703660406),
    ("SV", "fluid"): (0.962057581287301, 0.36405623404589776),
    ("SV", "SH"): (0.8640460172680033, 0.3269672680797762),
}


def solid(constants, name="m"):
    density, speeds = constants
    return Material.gray(
        name,
        heat_capacity=1.0,
        speed=1.0,
        mean_free_path=1.0,
        density=density,
        elastic_speeds=speeds,
    )


def debye_contact(first, second, scalar=None):
    """One pool of LA and TA Debye branches with the elastic speeds; N = c^-2."""
    flux = [[c[0] ** -2, 2.0 * c[1] ** -2 if c[1] else 0.0] for _, c in (first, second)]
    return resolved_acoustic(
        (solid(first), solid(second)),
        (("LA", "TA"), ("LA", "TA")),
        np.array(flux),
        np.zeros(2, dtype=np.int32),
        scalar=scalar,
    )


@pytest.mark.parametrize("degrees", ANGLES)
def test_energy_coefficients_by_angle(degrees):
    sine = math.sin(math.radians(degrees))
    sides = HalfSpace.of(*SI), HalfSpace.of(*GE)
    of_p, of_sv, of_sh = ANGLES[degrees]
    p, s = (energy_matrix(*sides, np.array([(sine / c) ** 2]))[0] for c in SI[1])
    assert p[[0, 1, 3, 4], 0] == pytest.approx(of_p, abs=1e-11)
    assert s[[0, 1, 3, 4], 1] == pytest.approx(of_sv, abs=1e-11)
    assert s[5, 2] == pytest.approx(of_sh, abs=1e-11)


def test_hemispheric_averages_of_full_theory():
    resolved = debye_contact(SI, GE)
    whole = hemispheric(resolved)[0]
    across = whole[:3, 3:]
    assert across.sum(axis=1) / resolved.etendue[0, :3] / 2.0 == pytest.approx(GAMMA_SI, rel=1e-11)
    assert across.sum(axis=0) / resolved.etendue[0, 3:] / 2.0 == pytest.approx(GAMMA_GE, rel=1e-11)
    prefactor = math.pi**2 * K_B**4 / (15.0 * HBAR**3)
    assert prefactor * across.sum() / 2.0 == pytest.approx(G_OVER_T3, rel=1e-10)
    assert np.allclose(whole.sum(axis=1), resolved.etendue[0], rtol=1e-12)


@pytest.mark.parametrize(("polarisation", "form"), SCALAR)
def test_hemispheric_averages_of_scalar_theory(polarisation, form):
    resolved = debye_contact(SI, GE, scalar=form)
    i = 0 if polarisation == "P" else 1
    across = hemispheric(resolved)[0, i, i + 3]
    found = across / resolved.etendue[0, [i, i + 3]]
    assert found == pytest.approx(SCALAR[polarisation, form], rel=1e-11)


def into_solid(density, speeds, s):
    """Return Khalatnikov's transmission from helium at slowness s: two impedances.

    That of a solid's free surface to a travelling pressure is
    rho (1 - 2 c_T^2 s^2)^2/q_L + 4 rho c_T^4 s^2 q_T.
    """
    c_l, c_t = speeds
    q_l, q_t = np.sqrt(complex(c_l**-2 - s**2)), np.sqrt(complex(c_t**-2 - s**2))
    z_solid = density * ((1.0 - 2.0 * c_t**2 * s**2) ** 2 / q_l + 4.0 * c_t**4 * s**2 * q_t)
    z_helium = HELIUM[0] / math.sqrt(HELIUM[1][0] ** -2 - s**2)
    return 4.0 * z_helium * z_solid.real / abs(z_solid + z_helium) ** 2


@pytest.mark.parametrize("name", SOLIDS)
def test_helium_on_a_solid(name):
    """I. M. Khalatnikov, An Introduction to the Theory of Superfluidity, Benjamin 1965, ch. 23."""
    solid_side, c_he = SOLIDS[name], HELIUM[1][0]
    sides = HalfSpace.of(*HELIUM), HalfSpace.of(*solid_side)
    cone = c_he / solid_side[1][1]  # sine of the largest angle that any wave passes
    sines = np.array([0.0, 0.2, 0.49, 0.6, 0.9, 0.999]) * cone
    energy = energy_matrix(*sides, (sines / c_he) ** 2)
    passed = energy[:, 3:, 0].sum(axis=1)
    exact = [into_solid(*solid_side, s / c_he) for s in sines]
    assert passed == pytest.approx(exact, rel=1e-10)
    beyond = energy_matrix(*sides, (np.array([1.0001, 3.0, 9.0]) * cone / c_he) ** 2)
    assert not beyond[:, 3:, 0].any()
    assert np.allclose(beyond[:, 0, 0], 1.0, rtol=0.0, atol=1e-13)

    z_he, z_s = HELIUM[0] * c_he, solid_side[0] * solid_side[1][0]
    assert passed[0] == pytest.approx(4.0 * z_he * z_s / (z_he + z_s) ** 2, rel=1e-12)
    resolved = debye_contact(HELIUM, solid_side)
    across = hemispheric(resolved)[0, :1, 3:].sum()
    ends = [0.0, 1.0 / solid_side[1][0], 1.0 / solid_side[1][1]]
    area = [
        quad(lambda s: 2.0 * s * into_solid(*solid_side, s), a, b, epsrel=1e-11)[0]
        for a, b in pairwise(ends)
    ]
    assert across == pytest.approx(sum(area), rel=1e-8)
    # Cone times transmission: about 1e-5 of what arrives passes.
    assert 1e-7 < across * c_he**2 < 5e-5


def test_helium_on_copper_in_numbers():
    """Critical cone about 3 degrees; transmission at normal incidence 0.3 %, 2e-5 of all."""
    cone = math.degrees(math.asin(238.0 / 4760.0))
    assert cone == pytest.approx(2.866, abs=1e-3)
    energy = energy_matrix(HalfSpace.of(*HELIUM), HalfSpace.of(*SOLIDS["Cu"]), np.zeros(1))
    assert energy[0, 3, 0] == pytest.approx(3.231e-3, rel=1e-3)
