// All lanes of one cell: sources in, intensities and moments out. Included inside the kernel's
// namespace, once per instruction set.

constexpr std::int32_t cached_cells = 4000;  // tables of so many cells stay in cache

// Asks for what a cell needs a while before its turn: cells come in an order no hardware foresees.
template <class T>
BTE_INLINE inline void prefetch_cell(const Task<T>& task, std::int32_t cell) {
#if defined(__GNUC__)
  const Plan& plan = *task.plan;
  const std::int64_t face = std::int64_t(cell) * plan.n_face;
  const std::int64_t node = plan.first_node[cell];
  const char* vectors = reinterpret_cast<const char*>(&plan.face_vector[face * plan.dim]);
  for (int byte = 0; byte < plan.n_face * plan.dim * 8; byte += 64)
    __builtin_prefetch(vectors + byte);
  __builtin_prefetch(&plan.neighbour[face]);
  __builtin_prefetch(&plan.matching_vertex[face * plan.n_vertex]);
  __builtin_prefetch(&plan.volume[cell]);
  __builtin_prefetch(task.temperature + node);
  __builtin_prefetch(task.scattering + node, 1);
#endif
}

// What comes in through one cell face: row[v] is the row, in `lanes`, of local vertex v.
template <class T>
struct Inflow {
  int face;
  const T* lanes;
  const std::uint8_t* row;
};

// One cell's turn, made ready while the cell before it is still being solved.
template <class T, int D>
struct Visit {
  static constexpr int max_inflow = D == 3 ? 6 : D + 2;
  std::int32_t cell;
  unsigned feeding, leading;
  int n_inflow;
  Inflow<T> inflows[max_inflow];
  T* out;                        // (vertex, lane)
  SimplexBalance<T, D> simplex;  // of a simplex
};

// Full: also energy and flux moments.
template <class T, int N, bool Full>
class LaneLoop {
 public:
  template <class Balance>
  BTE_INLINE LaneLoop(const Task<T>& task, std::int32_t cell, const Balance& balance, T* out)
      : m_tables(*task.lanes),
        m_at(m_tables.row(task.ordinate, task.plan->zone[cell])),
        m_node(task.plan->first_node[cell]),
        m_is_fed(task.source != nullptr) {
    balance.source(task.temperature + m_node, m_emitted);
    if (m_is_fed) balance.source(task.source + m_node, m_fed);
    BTE_UNROLL
    for (int i = 0; i < N; ++i) {
      m_out[i] = out + std::int64_t(balance.vertex_at(i)) * m_tables.width;
      m_moment[i] = fill<T>(0);
      if constexpr (Full) m_energy[i] = m_flux[i] = fill<T>(0);
    }
  }

  BTE_INLINE pack<T> begin(std::int32_t l, pack<T>* rhs) const {
    const pack<T> inverse = load(&m_tables.inverse_mfp[m_at + l]);
    BTE_UNROLL
    for (int i = 0; i < N; ++i) rhs[i] = fill(m_emitted[i]) * inverse;
    if (m_is_fed) {
      const pack<T> factor = load(&m_tables.lane_source[m_at + l]) * inverse;
      BTE_UNROLL
      for (int i = 0; i < N; ++i) rhs[i] += fill(m_fed[i]) * factor;
    }
    return inverse;
  }

  BTE_INLINE void finish(std::int32_t l, const pack<T>* theta) {
    const pack<T> a = load(&m_tables.scattering[m_at + l]);
    BTE_UNROLL
    for (int i = 0; i < N; ++i) {
      store(m_out[i] + l, theta[i]);
      m_moment[i] += a * theta[i];
    }
    if constexpr (Full) {
      const pack<T> c = load(&m_tables.energy[m_at + l]);
      const pack<T> q = load(&m_tables.flux[m_at + l]);
      BTE_UNROLL
      for (int i = 0; i < N; ++i) {
        m_energy[i] += c * theta[i];
        m_flux[i] += q * theta[i];
      }
    }
  }

  template <int D, class Balance>
  BTE_INLINE void add_moments(const Task<T>& task, const Balance& balance) const {
    const double weight = task.plan->weight[task.ordinate];
    const double* omega = &task.plan->direction[task.ordinate * D];
    BTE_UNROLL
    for (int i = 0; i < N; ++i) {
      const std::int64_t node = m_node + balance.vertex_at(i);
      task.scattering[node] += weight * sum<T>(m_moment[i]);
      if constexpr (Full) {
        task.energy[node] += weight * sum<T>(m_energy[i]);
        const double q = weight * sum<T>(m_flux[i]);
        for (int d = 0; d < D; ++d) task.flux[node * D + d] += omega[d] * q;
      }
    }
  }

 private:
  const LaneTables<T>& m_tables;
  const std::int64_t m_at, m_node;
  const bool m_is_fed;  // by a lane-resolved source
  T m_emitted[N], m_fed[N];
  T* m_out[N];
  pack<T> m_moment[N], m_energy[N], m_flux[N];
};

// Q: feeding faces, known at compile time so that rows are read without a branch.
template <int Q, bool Full, class T, int D>
void solve_simplex(const Task<T>& task, const Visit<T, D>& visit) {
  constexpr int N = D + 1;
  const std::int32_t width = task.lanes->width;
  const SimplexBalance<T, D> balance = visit.simplex;  // a copy, which no store can change
  LaneLoop<T, N, Full> loop(task, visit.cell, balance, visit.out);
  const T* rows[Q > 0 ? Q : 1][N];
  for (int f = 0; f < Q; ++f) {
    const Inflow<T>& in = visit.inflows[f];
    for (int i = 0; i < N; ++i) {
      rows[f][i] = in.lanes + std::int64_t(in.row[balance.vertex[i]]) * width;
    }
  }
  const auto strength = [&](int i) BTE_LAMBDA { return fill(balance.strength[i]); };
  for (std::int32_t l = 0; l < width; l += pack_lanes<T>) {
    pack<T> theta[N];
    const pack<T> inverse = loop.begin(l, theta);
    const auto row = [&](int f, int i) BTE_LAMBDA { return load(rows[f][i] + l); };
    balance.template add_inflow<Q>(strength, row, theta);
    balance.solve(inverse * fill(T(balance.mass)), Q, strength, Q, strength, theta);
    loop.finish(l, theta);
  }
  loop.template add_moments<D>(task, balance);
}

template <bool Full, class T, int D>
void solve_lanes(const Task<T>& task, const Visit<T, D>& visit, const SimplexBalance<T, D>&) {
  switch (visit.n_inflow) {
    case 0: solve_simplex<0, Full>(task, visit); break;
    case 1: solve_simplex<1, Full>(task, visit); break;
    case 2: solve_simplex<2, Full>(task, visit); break;
    case 3:
      if constexpr (D >= 2) solve_simplex<3, Full>(task, visit);
      break;
    default:
      if constexpr (D >= 3) solve_simplex<4, Full>(task, visit);
      break;
  }
}

template <bool Full, class T, int D, int N>
void solve_lanes(const Task<T>& task, const Visit<T, D>& visit,
                 const DenseBalance<T, D, N>& balance) {
  using Balance = DenseBalance<T, D, N>;
  const std::int32_t width = task.lanes->width;
  LaneLoop<T, N, Full> loop(task, visit.cell, balance, visit.out);
  const T* rows[Balance::n_faces][Balance::NF];
  for (int f = 0; f < visit.n_inflow; ++f) {
    const Inflow<T>& in = visit.inflows[f];
    for (int a = 0; a < Balance::NF; ++a) {
      const int v = Balance::element.face_vertices[in.face][a];  // beyond the face: read, times 0
      rows[f][a] = in.lanes + std::int64_t(in.row[v]) * width;
    }
  }
  for (std::int32_t l = 0; l < width; l += pack_lanes<T>) {
    pack<T> theta[N];
    const pack<T> inverse = loop.begin(l, theta);
    for (int f = 0; f < visit.n_inflow; ++f) {
      const int k = visit.inflows[f].face;
      const auto row = [&](int b) BTE_LAMBDA { return load(rows[f][b] + l); };
      const auto entry = [&](int i, int b) BTE_LAMBDA { return fill(balance.entry[k][i][b]); };
      balance.add_inflow(k, entry, row, theta);
    }
    const auto matrix = [&](int i, int j) BTE_LAMBDA {
      return fill(balance.a[i][j]) + fill(balance.mass[i][j]) * inverse;
    };
    balance.solve(matrix, theta);
    loop.finish(l, theta);
  }
  loop.template add_moments<D>(task, balance);
}
