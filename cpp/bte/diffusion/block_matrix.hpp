#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace bte::diffusion {

// Block-sparse rows: the block of cells c and d couples the nodes offsets[c]..offsets[c + 1] with
// those of d. Blocks lie row by row, each in rows; cells of one mesh may differ in size.
struct BlockMatrix {
  std::vector<std::int32_t> row_start, column;
  std::vector<double> blocks;
};

// The same, seen.
struct BlockView {
  std::span<const std::int64_t> offsets;
  std::span<const std::int32_t> row_start, column;
  std::span<const double> blocks;

  std::int32_t n_cell() const { return static_cast<std::int32_t>(row_start.size()) - 1; }
  std::int64_t n_node() const { return offsets.back(); }
  int size(std::int32_t cell) const { return static_cast<int>(offsets[cell + 1] - offsets[cell]); }
};

// Compressed rows.
struct Sparse {
  std::vector<std::int32_t> row_start, column;
  std::vector<double> value;

  std::int32_t n_row() const { return static_cast<std::int32_t>(row_start.size()) - 1; }
};

// Where the blocks of each row begin, (n_cell + 1).
std::vector<std::int64_t> row_positions(const BlockView& matrix);

// The same matrix without its blocks.
Sparse expand(const BlockView& matrix);

// P^T K P where P copies the value of coarse unknown `vertex[node]` to every node.
Sparse galerkin(const BlockView& matrix, std::span<const std::int32_t> vertex,
                std::int32_t n_vertex);

// The nodes of each coarse unknown: row starts and nodes.
Sparse gather(std::span<const std::int32_t> vertex, std::int32_t n_vertex);

// Throws where the arrays do not fit together.
void check(const BlockView& matrix);

}  // namespace bte::diffusion
