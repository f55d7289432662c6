#include "bte/diffusion/two_level.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "bte/require.hpp"
#include "bte/threads.hpp"

namespace bte::diffusion {
namespace {

constexpr int max_nodes = 8;

// Inverse of a symmetric positive definite matrix of n rows by Gauss-Jordan elimination.
void invert(const double* a, double* inverse, int n) {
  std::array<double, max_nodes * max_nodes> work;
  std::copy(a, a + n * n, work.begin());
  std::fill(inverse, inverse + n * n, 0.0);
  for (int i = 0; i < n; ++i) inverse[i * n + i] = 1.0;
  for (int p = 0; p < n; ++p) {
    require(work[p * n + p] > 0, "the block of a cell is not positive definite");
    const double scale = 1.0 / work[p * n + p];
    for (int j = 0; j < n; ++j) {
      work[p * n + j] *= scale;
      inverse[p * n + j] *= scale;
    }
    for (int i = 0; i < n; ++i) {
      const double factor = work[i * n + p];
      if (i == p || factor == 0) continue;
      for (int j = 0; j < n; ++j) {
        work[i * n + j] -= factor * work[p * n + j];
        inverse[i * n + j] -= factor * inverse[p * n + j];
      }
    }
  }
}

// y += A x with A of n rows and m columns, by columns
template <int N>
inline void add_product(const float* a, const double* x, double* y, int n, int m) {
  const int rows = N > 0 ? N : n, columns = N > 0 ? N : m;
  for (int j = 0; j < columns; ++j)
    for (int i = 0; i < rows; ++i) y[i] += static_cast<double>(a[j * rows + i]) * x[j];
}

}  // namespace

struct TwoLevel::Vectors {
  std::vector<double> x, r, p, z, coarse;
};

TwoLevel::TwoLevel(const BlockView& matrix, std::span<const std::uint8_t> walled,
                   std::span<const std::int32_t> vertex, Multigrid coarse)
    : m_matrix(matrix),
      m_at(row_positions(matrix)),
      m_blocks(matrix.blocks.size()),
      m_level(matrix.n_node(), 0.0),
      m_vertex(vertex.begin(), vertex.end()),
      m_coarse(std::move(coarse)),
      m_uniform(matrix.n_cell() > 0 ? matrix.size(0) : 0) {
  require(static_cast<std::int64_t>(vertex.size()) == matrix.n_node(),
          "vertex must hold one value per node");
  require(static_cast<std::int32_t>(walled.size()) == matrix.n_cell(),
          "walled must hold one value per cell");
  for (const std::int32_t v : vertex)
    require(v >= 0 && v < m_coarse.size(), "vertex must number the unknowns of the hierarchy");
  m_nodes = gather(m_vertex, m_coarse.size());
  std::array<double, max_nodes * max_nodes> inverse;
  m_own_at.push_back(0);
  for (std::int32_t c = 0; c < matrix.n_cell(); ++c) {
    const int n = matrix.size(c);
    require(n <= max_nodes, "a cell has more nodes than any element");
    if (n != m_uniform) m_uniform = 0;
    std::int64_t at = m_at[c];
    for (std::int32_t b = matrix.row_start[c]; b < matrix.row_start[c + 1]; ++b) {
      const int m = matrix.size(matrix.column[b]);
      const double* block = &matrix.blocks[at];
      for (int i = 0; i < n; ++i)
        for (int j = 0; j < m; ++j) {
          m_blocks[at + j * n + i] = static_cast<float>(block[i * m + j]);
          if (walled[c]) m_level[matrix.offsets[c] + i] += block[i * m + j];
        }
      if (matrix.column[b] == c) {
        invert(block, inverse.data(), n);
        for (int k = 0; k < n * n; ++k) m_inverse.push_back(static_cast<float>(inverse[k]));
      }
      at += n * m;
    }
    m_own_at.push_back(static_cast<std::int64_t>(m_inverse.size()));
    require(m_own_at[c + 1] - m_own_at[c] == n * n, "a cell has no block of its own");
  }
}

void TwoLevel::product(std::span<const double> x, std::span<double> y, int threads) const {
#pragma omp parallel for num_threads(thread_count(threads)) schedule(static)
  for (std::int32_t c = 0; c < m_matrix.n_cell(); ++c) {
    const int n = m_matrix.size(c);
    const double* block = &m_matrix.blocks[m_at[c]];
    const double level = x[m_matrix.offsets[c]];
    std::array<double, max_nodes> sum{};
    for (std::int32_t b = m_matrix.row_start[c]; b < m_matrix.row_start[c + 1]; ++b) {
      const std::int32_t d = m_matrix.column[b];
      const int m = m_matrix.size(d);
      const double* values = &x[m_matrix.offsets[d]];
      for (int i = 0; i < n; ++i)
        for (int j = 0; j < m; ++j) sum[i] += block[i * m + j] * (values[j] - level);
      block += n * m;
    }
    for (int i = 0; i < n; ++i) {
      const std::int64_t node = m_matrix.offsets[c] + i;
      y[node] = m_level[node] * level + sum[i];
    }
  }
}

void TwoLevel::correct(std::span<const double> r, std::span<double> coarse, int threads) const {
  std::vector<double> down(m_coarse.size());
#pragma omp parallel for num_threads(thread_count(threads)) schedule(static)
  for (std::int32_t v = 0; v < m_coarse.size(); ++v) {
    double sum = 0;
    for (std::int32_t k = m_nodes.row_start[v]; k < m_nodes.row_start[v + 1]; ++k)
      sum += r[m_nodes.column[k]];
    down[v] = sum;
  }
  m_coarse.cycle(down, coarse);
}

// r <- r - step K p, z <- S r
template <int N>
void TwoLevel::smooth(Vectors& v, double step, int threads) const {
#pragma omp parallel for num_threads(thread_count(threads)) schedule(static)
  for (std::int32_t c = 0; c < m_matrix.n_cell(); ++c) {
    const std::int64_t first = N > 0 ? std::int64_t(c) * N : m_matrix.offsets[c];
    const int n = N > 0 ? N : m_matrix.size(c);
    std::array<double, max_nodes> values{}, sum{}, own{};
    if (step != 0) {
      const double level = v.p[first];
      const float* block = &m_blocks[m_at[c]];
      for (std::int32_t b = m_matrix.row_start[c]; b < m_matrix.row_start[c + 1]; ++b) {
        const std::int32_t d = m_matrix.column[b];
        const std::int64_t start = N > 0 ? std::int64_t(d) * N : m_matrix.offsets[d];
        const int m = N > 0 ? N : m_matrix.size(d);
        for (int j = 0; j < m; ++j) values[j] = v.p[start + j] - level;
        add_product<N>(block, values.data(), sum.data(), n, m);
        block += n * m;
      }
      for (int i = 0; i < n; ++i) v.r[first + i] -= step * (m_level[first + i] * level + sum[i]);
    }
    for (int i = 0; i < n; ++i) values[i] = v.r[first + i];
    add_product<N>(&m_inverse[m_own_at[c]], values.data(), own.data(), n, n);
    for (int i = 0; i < n; ++i) v.z[first + i] = own[i];
  }
}

// p <- keep p + gain (z + P coarse), x <- x + p
void TwoLevel::advance(Vectors& v, double keep, double gain, int threads) const {
  const std::int64_t n = n_node();
#pragma omp parallel for num_threads(thread_count(threads)) schedule(static)
  for (std::int64_t i = 0; i < n; ++i) {
    v.p[i] = keep * v.p[i] + gain * (v.z[i] + v.coarse[m_vertex[i]]);
    v.x[i] += v.p[i];
  }
}

void TwoLevel::precondition(std::span<const double> r, std::span<double> z, int threads) const {
  std::vector<double> coarse(m_coarse.size());
  correct(r, coarse, threads);
#pragma omp parallel for num_threads(thread_count(threads)) schedule(static)
  for (std::int32_t c = 0; c < m_matrix.n_cell(); ++c) {
    const std::int64_t first = m_matrix.offsets[c];
    const int n = m_matrix.size(c);
    const float* inverse = &m_inverse[m_own_at[c]];
    for (int i = 0; i < n; ++i) {
      double sum = coarse[m_vertex[first + i]];
      for (int j = 0; j < n; ++j) sum += static_cast<double>(inverse[i * n + j]) * r[first + j];
      z[first + i] = sum;
    }
  }
}

std::vector<double> TwoLevel::solve(std::span<const double> load, int steps, double low,
                                    double high, int threads) const {
  require(static_cast<std::int64_t>(load.size()) == n_node(), "load must hold one value per node");
  require(steps > 0 && low > 0 && high > low, "steps and bounds must be positive and ordered");
  const auto n = load.size();
  double largest = 0;
  for (const double value : load) largest = std::max(largest, std::abs(value));
  Vectors v{std::vector<double>(n, 0.0), std::vector<double>(n), std::vector<double>(n, 0.0),
            std::vector<double>(n), std::vector<double>(m_coarse.size())};
  if (largest == 0) return std::move(v.x);
  for (std::size_t i = 0; i < n; ++i) v.r[i] = load[i] / largest;
  // Y. Saad, Iterative Methods for Sparse Linear Systems (2003), algorithm 12.1
  const double middle = 0.5 * (high + low), half = 0.5 * (high - low);
  double rho = half / middle, keep = 0, gain = 1 / middle;
  for (int k = 0; k < steps; ++k) {
    const double step = k > 0 ? 1.0 : 0.0;
    if (m_uniform == 3)
      smooth<3>(v, step, threads);
    else if (m_uniform == 4)
      smooth<4>(v, step, threads);
    else if (m_uniform == 6)
      smooth<6>(v, step, threads);
    else if (m_uniform == 8)
      smooth<8>(v, step, threads);
    else
      smooth<0>(v, step, threads);
    correct(v.r, v.coarse, threads);
    advance(v, keep, gain, threads);
    const double next = 1 / (2 * middle / half - rho);
    keep = next * rho;
    gain = 2 * next / half;
    rho = next;
  }
  for (double& value : v.x) value *= largest;
  return std::move(v.x);
}

}  // namespace bte::diffusion
