#include "bte/diffusion/block_matrix.hpp"

#include "bte/require.hpp"

namespace bte::diffusion {

std::vector<std::int64_t> row_positions(const BlockView& matrix) {
  std::vector<std::int64_t> at(matrix.row_start.size(), 0);
  for (std::int32_t c = 0; c < matrix.n_cell(); ++c) {
    std::int64_t width = 0;
    for (std::int32_t b = matrix.row_start[c]; b < matrix.row_start[c + 1]; ++b)
      width += matrix.size(matrix.column[b]);
    at[c + 1] = at[c] + width * matrix.size(c);
  }
  return at;
}

void check(const BlockView& matrix) {
  require(!matrix.row_start.empty() && matrix.offsets.size() == matrix.row_start.size(),
          "offsets and row_start must both hold one value per cell and one more");
  require(static_cast<std::size_t>(matrix.row_start.back()) == matrix.column.size(),
          "column must hold one value per block");
  for (const std::int32_t c : matrix.column)
    require(c >= 0 && c < matrix.n_cell(), "column must hold numbers of cells");
  require(static_cast<std::size_t>(row_positions(matrix).back()) == matrix.blocks.size(),
          "blocks must hold the entries of every block");
}

Sparse expand(const BlockView& matrix) {
  Sparse out;
  out.row_start.reserve(matrix.n_node() + 1);
  out.row_start.push_back(0);
  out.column.reserve(matrix.blocks.size());
  out.value.reserve(matrix.blocks.size());
  const std::vector<std::int64_t> at = row_positions(matrix);
  for (std::int32_t c = 0; c < matrix.n_cell(); ++c) {
    const int n = matrix.size(c);
    for (int i = 0; i < n; ++i) {
      const double* block = &matrix.blocks[at[c]];
      for (std::int32_t b = matrix.row_start[c]; b < matrix.row_start[c + 1]; ++b) {
        const std::int32_t d = matrix.column[b];
        const int m = matrix.size(d);
        for (int j = 0; j < m; ++j) {
          out.column.push_back(static_cast<std::int32_t>(matrix.offsets[d] + j));
          out.value.push_back(block[i * m + j]);
        }
        block += n * m;
      }
      out.row_start.push_back(static_cast<std::int32_t>(out.column.size()));
    }
  }
  return out;
}

Sparse gather(std::span<const std::int32_t> vertex, std::int32_t n_vertex) {
  Sparse out;
  out.row_start.assign(static_cast<std::size_t>(n_vertex) + 1, 0);
  for (const std::int32_t v : vertex) ++out.row_start[v + 1];
  for (std::int32_t v = 0; v < n_vertex; ++v) out.row_start[v + 1] += out.row_start[v];
  out.column.resize(vertex.size());
  std::vector<std::int32_t> next(out.row_start.begin(), out.row_start.end() - 1);
  for (std::size_t i = 0; i < vertex.size(); ++i)
    out.column[next[vertex[i]]++] = static_cast<std::int32_t>(i);
  return out;
}

Sparse galerkin(const BlockView& matrix, std::span<const std::int32_t> vertex,
                std::int32_t n_vertex) {
  const Sparse nodes = gather(vertex, n_vertex);
  const std::vector<std::int64_t> at = row_positions(matrix);
  std::vector<std::int32_t> cell(vertex.size());
  for (std::int32_t c = 0; c < matrix.n_cell(); ++c)
    for (std::int64_t i = matrix.offsets[c]; i < matrix.offsets[c + 1]; ++i) cell[i] = c;
  Sparse out;
  out.row_start.push_back(0);
  std::vector<std::int64_t> place(n_vertex, -1);  // where this row holds a column
  for (std::int32_t v = 0; v < n_vertex; ++v) {
    const auto first = static_cast<std::int64_t>(out.column.size());
    for (std::int32_t k = nodes.row_start[v]; k < nodes.row_start[v + 1]; ++k) {
      const std::int32_t node = nodes.column[k], c = cell[node];
      const auto i = static_cast<int>(node - matrix.offsets[c]);
      const double* block = &matrix.blocks[at[c]];
      for (std::int32_t b = matrix.row_start[c]; b < matrix.row_start[c + 1]; ++b) {
        const std::int32_t d = matrix.column[b];
        const int m = matrix.size(d);
        for (int j = 0; j < m; ++j) {
          const std::int32_t w = vertex[matrix.offsets[d] + j];
          if (place[w] < first) {
            place[w] = static_cast<std::int64_t>(out.column.size());
            out.column.push_back(w);
            out.value.push_back(0.0);
          }
          out.value[place[w]] += block[i * m + j];
        }
        block += matrix.size(c) * m;
      }
    }
    out.row_start.push_back(static_cast<std::int32_t>(out.column.size()));
  }
  return out;
}

}  // namespace bte::diffusion
