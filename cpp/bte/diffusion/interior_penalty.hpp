#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "bte/diffusion/block_matrix.hpp"

namespace bte::diffusion {

// What a joint does in the diffusion operator; `strength` is in W/m2/K throughout.
enum class JointKind : std::uint8_t {
  insulated = 0,  // nothing
  interior = 1,   // symmetric interior penalty, strength = penalty
  resistive = 2,  // flux = strength * (E_0 - E_1)
  robin = 3,      // flux = strength * (E - T_b)
  dirichlet = 4,  // Nitsche, strength = penalty
};

// Cells of any kinds; cell c has the nodes offsets[c]..offsets[c + 1].
struct Cells {
  int dim = 0;
  std::span<const double> node_points;  // (node, dim)
  std::span<const std::int64_t> offsets;

  std::int32_t n_cell() const { return static_cast<std::int32_t>(offsets.size()) - 1; }
};

// What joins the faces of two cells: a face of the mesh, or two faces of a periodic pair; and the
// faces of walls, where the second cell is -1. The same vertex of a face has the same place on both
// sides; `nodes` of faces with fewer vertices end with -1, and `mass` there counts for nothing.
struct Joints {
  int n_vertex = 0;
  std::span<const std::int32_t> cells;  // (joint, 2)
  std::span<const std::int8_t> local;   // (joint, 2) number of the face in each cell
  std::span<const std::int32_t> nodes;  // (joint, 2, vertex)
  std::span<const double> mass;         // (joint, vertex, vertex) int phi_a phi_b dA
  std::span<const std::uint8_t> kind;   // (joint)
  std::span<const double> strength;     // (joint)
};

// -div kappa grad E on vertex-nodal discontinuous elements:
//   a(E, v) = int kappa grad E . grad v - int_F ({kappa dE/dn}[v] + {kappa dv/dn}[E])
//             + int_F strength [E][v]
BlockMatrix interior_penalty(const Cells& cells, std::span<const double> conductivity,
                             const Joints& joints);

// int phi_a dphi_j/dn dA over faces of cells, (side, face vertex, cell vertex), n out of the cell,
// face vertices in the order of the cell's face table, padded with zeros.
std::vector<double> side_derivatives(const Cells& cells, std::span<const std::int32_t> cell,
                                     std::span<const std::int32_t> local, int n_face_vertex,
                                     int n_cell_vertex);

// grad E at every node, (node, dim).
std::vector<double> nodal_gradient(const Cells& cells, std::span<const double> values);

}  // namespace bte::diffusion
