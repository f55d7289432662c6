"""Heat across a silicon film between two black walls: thinner films conduct worse."""

import bte

silicon = bte.material("Si")
for thickness in (10e-6, 1e-6, 100e-9, 10e-9):
    mesh = bte.Mesh.line([0, thickness], 40, boundaries=("hot", "cold"), grading=1.2)
    walls = {"hot": bte.Isothermal(301.0), "cold": bte.Isothermal(299.0)}
    problem = bte.Problem(mesh, materials={"domain": silicon}, boundaries=walls)
    solution = problem.solve(bands=20)
    ratio = solution.effective_conductivity / silicon.conductivity(300.0)
    print(f"{thickness * 1e9:8.0f} nm: {ratio:.3f} of the bulk conductivity")

assert abs(ratio - 0.033) < 0.002  # a film of 10 nm, near the ballistic limit
