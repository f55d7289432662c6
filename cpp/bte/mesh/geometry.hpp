#pragma once
// Sizes and directions of cells and faces.

#include <cstdint>
#include <span>
#include <vector>

namespace bte {

struct FaceGeometry {
  std::vector<double> normal;  // (n_face, dim) unit, out of cells[:, 0]
  std::vector<double> area;    // (n_face,): 1 in 1D, a length in 2D, an area in 3D
};

// Signed: V = det(x_1 - x_0, ..., x_d - x_0) / d!, negative where a simplex is inverted.
std::vector<double> signed_volumes(int dim, std::span<const double> points,
                                   std::span<const std::int32_t> connectivity,
                                   std::span<const std::int64_t> offsets);

// face_nodes: (n_face, 2, n_face_vertex) as in Topology; face_cells: (n_face, 2).
FaceGeometry face_geometry(int dim, std::span<const double> points,
                           std::span<const std::int32_t> connectivity,
                           std::span<const std::int64_t> offsets,
                           std::span<const std::int32_t> face_cells,
                           std::span<const std::int32_t> face_nodes);

}  // namespace bte
