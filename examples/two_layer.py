"""Silicon on germanium: which continuum model is good enough for two layers of 100 nm?"""

import bte

mesh = bte.Mesh.line(
    [0, 100e-9, 200e-9], [40, 40], ["film", "base"], boundaries=("hot", "cold"), grading=1.2
)
problem = bte.Problem(
    mesh,
    materials={"film": bte.material("Si"), "base": bte.material("Ge")},
    boundaries={"hot": bte.Isothermal(301.0), "cold": bte.Isothermal(299.0)},
    interfaces={("film", "base"): bte.DMM()},
)
solution = problem.solve(bands=20)
ladder = [problem.solve_fourier(model) for model in ("fourier", "kapitza", "slip", "size")]
comparison = bte.compare(solution, *ladder)
print(comparison)
print(comparison.verdict(0.1))

contact = solution.interface("film", "base")
print(f"interface conductance {contact.conductance / 1e6:.1f} MW/m2K")
assert abs(contact.conductance / 1e6 - 215.4) < 5.0
