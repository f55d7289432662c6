#pragma once
#include "bte/transport/plan.hpp"

namespace bte::transport {

// Orders the cells upwind-first for every ordinate. Cyclic dependencies are cut where the least
// inflow is lagged (ties: lowest cell); each cut face becomes a trace appended to the plan.
Schedule make_schedule(Plan& plan);

}  // namespace bte::transport
