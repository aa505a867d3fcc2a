// SPDX-License-Identifier: Apache-2.0
#include "sparsynergy/resizing.h"

#include <limits>

#include "core/error.h"
#include "sparsynergy/array_options.h"

namespace lacuna::sparsynergy {
namespace {

constexpr double worth_it = 0.98;  // times the preferred arrangement's estimate

/// Infinite where not even the smallest tile fits.
double expected_cycles(const workload::LayerShape& shape, const engine::MapperLimits& limits,
                       const engine::WeightFootprint& footprint) {
  try {
    const engine::Mapping mapping = engine::choose_mapping(shape, limits, footprint);
    return engine::estimate_mapping(shape, limits, footprint, mapping).cycles;
  } catch (const Error& error) {
    if (error.fault() != Fault::bad_input) {
      throw;
    }
    return std::numeric_limits<double>::infinity();
  }
}

}  // namespace

std::vector<Arrangement> arrangements(unsigned octets) {
  std::vector<Arrangement> result;
  for (unsigned columns = 1; columns <= octets; ++columns) {
    if (octets % columns == 0) {
      result.push_back({octets / columns, columns});
    }
  }
  return result;
}

engine::MapperLimits arranged(engine::MapperLimits limits, const Arrangement& arrangement) {
  limits.array_rows = arrangement.rows * octet_channels;
  limits.array_columns = arrangement.columns;
  return limits;
}

Arrangement resized(const workload::LayerShape& shape, const engine::MapperLimits& limits,
                    const FootprintOf& footprint_of, const Arrangement& preferred) {
  const auto cycles_of = [&](const Arrangement& arrangement) {
    const engine::MapperLimits here = arranged(limits, arrangement);
    return expected_cycles(shape, here, *footprint_of(here.array_rows));
  };
  Arrangement best = preferred;
  double least = worth_it * cycles_of(preferred);
  for (const Arrangement& other : arrangements(preferred.rows * preferred.columns)) {
    const double cycles = other == preferred ? least : cycles_of(other);
    if (cycles < least) {
      best = other;
      least = cycles;
    }
  }
  return best;
}

}  // namespace lacuna::sparsynergy
