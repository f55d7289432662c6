#pragma once
#include <span>

#include "bte/transport/plan.hpp"

namespace bte::transport {

// Throws where a cell is of no known kind; finds the widest face of the mesh.
void check_elements(Plan& plan);

// Integrals by quadrature of the cells that have no closed form: prisms and hexahedra whose
// opposite faces are not translates of each other. Cells that are translates share a table.
Shapes make_shapes(const Plan& plan, std::span<const double> node_points);

// Numbers the cells along a curve that fills space (Morton's), so that cells near each other are
// near each other in memory, and sweeps that start from low numbers have a short front.
void renumber(Plan& plan, std::span<const double> node_points);

// The same in single precision, rows padded to single_block; lanes of the padding have no weight.
LaneTables<float> to_single(const LaneTables<double>& lanes);

// Number of lanes up to the last that has any weight.
std::int32_t count_lanes(const LaneTables<double>& lanes);

// Whether packs of cells beat packs of so many lanes, by measurement: few lanes, and where solving
// a cell is cheap, a mesh whose tables stay in cache, since wavefronts run all over it.
bool prefers_wavefronts(const Plan& plan, std::int32_t n_lane);

// The tables of sweeps by wavefront.
void find_upwind_nodes(Plan& plan);

}  // namespace bte::transport
