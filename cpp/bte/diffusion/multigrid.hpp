#pragma once
#include <span>
#include <vector>

#include "bte/diffusion/block_matrix.hpp"

namespace bte::diffusion {

// One level of a multigrid hierarchy: its matrix and the way to the next, coarser one.
struct Level {
  Sparse matrix, prolong, restrict;
};

// V-cycles on a given hierarchy: one forward Gauss-Seidel sweep before and one backward after, so
// that the cycle is symmetric.
class Multigrid {
 public:
  // `inverse` is the inverse of the matrix of the coarsest level, (n, n) by rows. There may be no
  // other level.
  Multigrid(std::vector<Level> levels, std::vector<double> inverse);

  std::int32_t size() const;

  // x <- V r
  void cycle(std::span<const double> r, std::span<double> x) const;

 private:
  void cycle(std::size_t level, std::span<const double> r, std::span<double> x) const;

  std::vector<Level> m_levels;
  std::vector<std::vector<double>> m_diagonal;
  std::vector<double> m_inverse;
  std::size_t m_coarsest;
};

}  // namespace bte::diffusion
