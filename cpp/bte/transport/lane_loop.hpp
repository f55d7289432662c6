// All lanes of one cell: sources in, intensities and moments out. Included inside the kernel's
// namespace, once per instruction set.

// What comes in through one cell face: row[v] is the row, in `lanes`, of local vertex v.
template <class T>
struct Inflow {
  int face;
  bool frees;  // whether a neighbour's slot was read
  const T* lanes;
  const std::uint8_t* row;
};

// Full: also energy and flux moments. Fed: also a lane-resolved source.
template <class T, int N, bool Full, bool Fed>
struct LaneLoop {
  const T* inverse_mfp;
  const T* scattering;
  const T* energy;
  const T* flux;
  const T* lane_source;
  T emitted[N], fed[N];
  T* out[N];
  pack<T> moment[N], energy_moment[N], flux_moment[N];

  LaneLoop(const LaneTables<T>& lanes, std::int32_t zone) {
    const std::int64_t at = std::int64_t(zone) * lanes.width;
    inverse_mfp = &lanes.inverse_mfp[at];
    scattering = &lanes.scattering[at];
    energy = &lanes.energy[at];
    flux = &lanes.flux[at];
    lane_source = &lanes.lane_source[at];
    for (int i = 0; i < N; ++i) moment[i] = energy_moment[i] = flux_moment[i] = fill<T>(0);
  }

  BTE_INLINE pack<T> begin(std::int32_t l, pack<T>* rhs) const {
    const pack<T> inverse = load(inverse_mfp + l);
    BTE_UNROLL
    for (int i = 0; i < N; ++i) rhs[i] = fill(emitted[i]) * inverse;
    if constexpr (Fed) {
      const pack<T> factor = load(lane_source + l) * inverse;
      BTE_UNROLL
      for (int i = 0; i < N; ++i) rhs[i] += fill(fed[i]) * factor;
    }
    return inverse;
  }

  BTE_INLINE void finish(std::int32_t l, const pack<T>* theta) {
    const pack<T> a = load(scattering + l);
    BTE_UNROLL
    for (int i = 0; i < N; ++i) {
      store(out[i] + l, theta[i]);
      moment[i] += a * theta[i];
    }
    if constexpr (Full) {
      const pack<T> c = load(energy + l);
      const pack<T> q = load(flux + l);
      BTE_UNROLL
      for (int i = 0; i < N; ++i) {
        energy_moment[i] += c * theta[i];
        flux_moment[i] += q * theta[i];
      }
    }
  }
};

// Q: feeding faces, known at compile time so that rows are read without a branch.
template <int Q, class T, int D, class Loop>
void sweep_lanes(const SimplexBalance<T, D>& shared, const Inflow<T>* inflows, std::int32_t width,
                 Loop& shared_loop) {
  constexpr int N = D + 1;
  const SimplexBalance<T, D> balance = shared;  // copies, which no store to `out` can change
  Loop loop = shared_loop;
  const T* rows[Q > 0 ? Q : 1][N];
  for (int f = 0; f < Q; ++f) {
    for (int i = 0; i < N; ++i) {
      rows[f][i] = inflows[f].lanes + std::int64_t(inflows[f].row[balance.vertex[i]]) * width;
    }
  }
  for (std::int32_t l = 0; l < width; l += pack_lanes<T>) {
    pack<T> theta[N];
    const pack<T> inverse = loop.begin(l, theta);
    balance.template add_inflow<Q>(rows, l, theta);
    balance.template solve<Q>(inverse, theta);
    loop.finish(l, theta);
  }
  shared_loop = loop;
}

template <class T, int D, class Loop>
void solve_lanes(const SimplexBalance<T, D>& balance, const Inflow<T>* inflows, int n_inflow,
                 std::int32_t width, Loop& loop) {
  switch (n_inflow) {
    case 0: sweep_lanes<0>(balance, inflows, width, loop); break;
    case 1: sweep_lanes<1>(balance, inflows, width, loop); break;
    case 2: sweep_lanes<2>(balance, inflows, width, loop); break;
    case 3:
      if constexpr (D >= 2) sweep_lanes<3>(balance, inflows, width, loop);
      break;
    default:
      if constexpr (D >= 3) sweep_lanes<4>(balance, inflows, width, loop);
      break;
  }
}

template <class T, int D, int N, class Loop>
void solve_lanes(const DenseBalance<T, D, N>& balance, const Inflow<T>* inflows, int n_inflow,
                 std::int32_t width, Loop& loop) {
  using Balance = DenseBalance<T, D, N>;
  const T* rows[Balance::n_faces][Balance::NF];
  for (int f = 0; f < n_inflow; ++f) {
    const int k = inflows[f].face;
    for (int a = 0; a < Balance::NF; ++a) {
      const int v = Balance::element.face_vertices[k][a];  // 0 beyond the face: read, times zero
      rows[f][a] = inflows[f].lanes + std::int64_t(inflows[f].row[v]) * width;
    }
  }
  for (std::int32_t l = 0; l < width; l += pack_lanes<T>) {
    pack<T> theta[N];
    const pack<T> inverse = loop.begin(l, theta);
    for (int f = 0; f < n_inflow; ++f) balance.add_inflow(inflows[f].face, rows[f], l, theta);
    balance.solve(inverse, theta);
    loop.finish(l, theta);
  }
}
