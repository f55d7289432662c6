#pragma once
// Which cells share which faces.

#include <cstdint>
#include <span>
#include <vector>

namespace bte {

struct Topology {
  int n_face = 0;
  int n_face_vertex = 0;             // widest face of the mesh; narrower ones are padded with -1
  std::vector<std::int32_t> cells;   // (n_face, 2), -1 where the face is on the boundary
  std::vector<std::int8_t> local;    // (n_face, 2) number of the face within each cell
  std::vector<std::int32_t> nodes;   // (n_face, 2, n_face_vertex), the same vertex on both sides
  std::vector<std::int32_t> excess;  // cells that meet a face two others already share
  std::int64_t n_unknown = 0;        // cells of a kind the element table does not have
};

// Faces come in the order in which the cells meet them first. cells[:, 0] is the cell of the lower
// region, of equal regions the cell of the lower number.
Topology build_topology(int dim, std::span<const std::int32_t> connectivity,
                        std::span<const std::int64_t> offsets,
                        std::span<const std::int32_t> cell_region);

}  // namespace bte
