#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "bte/diffusion/block_matrix.hpp"
#include "bte/diffusion/multigrid.hpp"

namespace bte::diffusion {

// Two levels for the interior-penalty matrix K, added: M = S + P V P^T, with S the inverses of the
// cells' own blocks, P the injection of continuous functions and V one multigrid V-cycle on
// P^T K P. M is symmetric positive definite; polynomials in M K need one product with K a step.
//
// The entries of K and S are kept in single precision for this, for their memory; all arithmetic is
// in double, so that the result is linear in what goes in to double precision. Conduction does not
// see the level of a field, but the rounding of its large coefficients would: so K acts on
// differences from the first node of the row's cell, and what it makes of a level is kept apart:
// the row sums beside walls, and exactly zero elsewhere.
class TwoLevel {
 public:
  // The spans of `matrix` must outlive this. `walled` are the cells at walls that fix the level,
  // `vertex` is the continuous unknown of every node.
  TwoLevel(const BlockView& matrix, std::span<const std::uint8_t> walled,
           std::span<const std::int32_t> vertex, Multigrid coarse);

  std::int64_t n_node() const { return m_matrix.n_node(); }

  // y <- K x in double precision
  void product(std::span<const double> x, std::span<double> y, int threads) const;

  // z <- M r
  void precondition(std::span<const double> r, std::span<double> z, int threads) const;

  // Chebyshev iteration for K x = load from zero: a fixed polynomial, so x is linear in the load.
  // The eigenvalues of M K lie in (low, high).
  std::vector<double> solve(std::span<const double> load, int steps, double low, double high,
                            int threads) const;

 private:
  struct Vectors;
  template <int N>
  void smooth(Vectors& v, double step, int threads) const;
  void advance(Vectors& v, double keep, double gain, int threads) const;
  void correct(std::span<const double> r, std::span<double> coarse, int threads) const;

  BlockView m_matrix;
  std::vector<std::int64_t> m_at, m_own_at;
  std::vector<float> m_blocks, m_inverse;  // by columns
  std::vector<double> m_level;             // K 1
  std::vector<std::int32_t> m_vertex;
  Sparse m_nodes;
  Multigrid m_coarse;
  int m_uniform;  // nodes of every cell, 0 where they differ
};

}  // namespace bte::diffusion
