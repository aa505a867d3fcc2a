// SPDX-License-Identifier: Apache-2.0
#include "sparsynergy/array_rtl.h"

#include <utility>

#include "core/error.h"
#include "engine/array_options.h"

namespace lacuna::sparsynergy {
namespace {

engine::RtlParameters parameters_of(const ArrayOptions& options) {
  return {{"partial_sum_bits", options.wrapped_sum_bits()},
          {"published", options.numerics == Numerics::published_rtl ? 1u : 0u}};
}

}  // namespace

RtlArray::RtlArray(const ArrayOptions& options, unsigned octets)
    : RtlArray(options, engine::make_rtl_rows<Octet>("LACUNA_RTL_SPARSYNERGY",
                                                     parameters_of(options), octets)) {}

RtlArray::RtlArray(const ArrayOptions& options, engine::RtlRows<Octet> octets)
    : engine::RtlArray(1, fedp_columns * lanes),
      options_(options),
      controller_(options),
      rtl_(std::move(octets)) {
  engine::require_rtl_overheads(options.overheads);
  attach(rtl_);
}

void RtlArray::begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) {
  const engine::TileGeometry& geometry = operands.geometry;
  if (std::size_t{geometry.array_rows} / octet_channels * geometry.array_columns !=
      rtl_.rows.size()) {
    throw model_error("a tile for another number of octets");
  }
  controller_.begin(operands);
  reset(geometry, geometry.step.last_chunk ? options_.output_latency : engine::partial_sum_latency,
        accumulators, options_.wrapped_sum_bits());
  next_ = {};
  loads_ = {};
}

engine::ColumnTag RtlArray::fetch() {
  controller_.issue(next_);
  if (!next_.tag.valid) {
    return next_.tag;
  }
  const Span<const WeightLoad> loads(next_.weights);
  for (unsigned i = 0; i < rtl_.rows.size(); ++i) {
    Octet& octet = *rtl_.rows[i];
    octet.put(loads.subspan(std::size_t{i} / columns() * octet_fedps, octet_fedps));
    if (next_.tag.starts_pass) {
      octet.hold(next_.activations[i % columns()]);
    }
  }
  return next_.tag;
}

void RtlArray::taken(const engine::ColumnTag& /*tag*/) {
  counted().effective_macs += effective_products(next_);
  loads_.second_loads += next_.first_columns ? 0 : 1;
}

void RtlArray::read_sums(std::vector<std::int32_t>& values) const {
  const std::size_t array_rows = rtl_.rows.size() / columns() * octet_channels;
  for (unsigned i = 0; i < rtl_.rows.size(); ++i) {
    const std::size_t first =
        i % columns() * array_rows + std::size_t{i} / columns() * octet_channels;
    for (unsigned channel = 0; channel < octet_channels; ++channel) {
      values[first + channel] = rtl_.rows[i]->result(channel);
    }
  }
}

void RtlArray::count_lanes(const engine::ColumnTag& tag,
                           const std::vector<engine::RtlRowStatus>& status) {
  std::uint64_t working = 0;
  for (unsigned i = 0; i < status.size(); ++i) {
    if (i % columns() < tag.place.positions) {
      working += rtl_.rows[i]->working_fedps();
      counted().effectual_lane_cycles += status[i].working_lanes;
    }
  }
  const std::uint64_t fedps = status.size() * octet_fedps;
  counted().pe_cycles += fedps;
  counted().lane_cycles += fedps * fedp_columns * lanes;
  counted().inter_pe_idle += (fedps - working) * fedp_columns * lanes;
  loads_.fedp_loads += working;
}

void RtlArray::count_idle(const engine::ColumnTag& tag) {
  if (!loads_.count_wait(static_cast<Wait>(tag.idle_reason))) {
    engine::RtlArray::count_idle(tag);
  }
}

}  // namespace lacuna::sparsynergy
