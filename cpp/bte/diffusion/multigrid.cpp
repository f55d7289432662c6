#include "bte/diffusion/multigrid.hpp"

#include <cmath>

#include "bte/require.hpp"

namespace bte::diffusion {
namespace {

double row_product(const Sparse& a, std::int32_t row, std::span<const double> x) {
  double sum = 0;
  for (std::int32_t k = a.row_start[row]; k < a.row_start[row + 1]; ++k)
    sum += a.value[k] * x[a.column[k]];
  return sum;
}

void check(const Sparse& a, std::size_t rows, std::size_t columns) {
  require(a.row_start.size() == rows + 1 && a.column.size() == a.value.size() &&
              static_cast<std::size_t>(a.row_start.back()) == a.column.size(),
          "the matrices of a multigrid hierarchy must fit together");
  for (const std::int32_t c : a.column)
    require(c >= 0 && static_cast<std::size_t>(c) < columns,
            "the matrices of a multigrid hierarchy must fit together");
}

}  // namespace

Multigrid::Multigrid(std::vector<Level> levels, std::vector<double> inverse)
    : m_levels(std::move(levels)),
      m_inverse(std::move(inverse)) {
  m_coarsest = static_cast<std::size_t>(std::llround(std::sqrt(double(m_inverse.size()))));
  require(m_coarsest * m_coarsest == m_inverse.size(), "the coarsest inverse must be square");
  for (std::size_t l = 0; l < m_levels.size(); ++l) {
    const Level& level = m_levels[l];
    const auto n = static_cast<std::size_t>(level.matrix.n_row());
    const std::size_t next = l + 1 < m_levels.size()
                                 ? static_cast<std::size_t>(m_levels[l + 1].matrix.n_row())
                                 : m_coarsest;
    check(level.matrix, n, n);
    check(level.prolong, n, next);
    check(level.restrict, next, n);
    std::vector<double> diagonal(n, 0.0);
    for (std::size_t i = 0; i < n; ++i)
      for (std::int32_t k = level.matrix.row_start[i]; k < level.matrix.row_start[i + 1]; ++k)
        if (level.matrix.column[k] == static_cast<std::int32_t>(i))
          diagonal[i] += level.matrix.value[k];
    for (const double d : diagonal) require(d > 0, "a diagonal entry is not positive");
    m_diagonal.push_back(std::move(diagonal));
  }
}

std::int32_t Multigrid::size() const {
  return m_levels.empty() ? static_cast<std::int32_t>(m_coarsest) : m_levels[0].matrix.n_row();
}

void Multigrid::cycle(std::span<const double> r, std::span<double> x) const { cycle(0, r, x); }

void Multigrid::cycle(std::size_t level, std::span<const double> r, std::span<double> x) const {
  if (level == m_levels.size()) {
    for (std::size_t i = 0; i < m_coarsest; ++i) {
      double sum = 0;
      for (std::size_t j = 0; j < m_coarsest; ++j) sum += m_inverse[i * m_coarsest + j] * r[j];
      x[i] = sum;
    }
    return;
  }
  const auto& [a, prolong, restrict] = m_levels[level];
  const std::vector<double>& diagonal = m_diagonal[level];
  const std::int32_t n = a.n_row();
  for (std::int32_t i = 0; i < n; ++i) x[i] = 0;
  for (std::int32_t i = 0; i < n; ++i) x[i] += (r[i] - row_product(a, i, x)) / diagonal[i];
  std::vector<double> residual(n);
  for (std::int32_t i = 0; i < n; ++i) residual[i] = r[i] - row_product(a, i, x);
  std::vector<double> down(restrict.n_row()), up(restrict.n_row());
  for (std::int32_t i = 0; i < restrict.n_row(); ++i) down[i] = row_product(restrict, i, residual);
  cycle(level + 1, down, up);
  for (std::int32_t i = 0; i < n; ++i) x[i] += row_product(prolong, i, up);
  for (std::int32_t i = n - 1; i >= 0; --i) x[i] += (r[i] - row_product(a, i, x)) / diagonal[i];
}

}  // namespace bte::diffusion
