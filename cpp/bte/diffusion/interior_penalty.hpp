#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "bte/diffusion/block_matrix.hpp"

namespace bte::diffusion {

// What a face does in the diffusion operator; `strength` is in W/m2/K throughout.
enum class FaceKind : std::uint8_t {
  insulated = 0,  // nothing
  interior = 1,   // symmetric interior penalty, strength = penalty
  resistive = 2,  // flux = strength * (E_0 - E_1)
  robin = 3,      // flux = strength * (E - T_b)
  dirichlet = 4,  // Nitsche, strength = penalty
};

struct Faces {
  std::span<const std::int32_t> cells;  // (face, 2)
  std::span<const std::int8_t> local;   // (face, 2)
  std::span<const std::uint8_t> kind;   // (face)
  std::span<const double> strength;     // (face)
};

struct Cells {
  int dim = 0;
  std::span<const double> face_vector;            // (cell, face, dim)
  std::span<const double> volume;                 // (cell)
  std::span<const double> conductivity;           // (cell)
  std::span<const std::uint8_t> matching_vertex;  // (cell, face, vertex)
};

// -div kappa grad E on vertex-nodal P1 discontinuous elements:
//   a(E, v) = int kappa grad E . grad v - int_F ({kappa dE/dn}[v] + {kappa dv/dn}[E])
//             + int_F strength [E][v]
BlockMatrix interior_penalty(const Cells& cells, const Faces& faces);

}  // namespace bte::diffusion
