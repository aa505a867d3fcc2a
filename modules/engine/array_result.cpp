// SPDX-License-Identifier: Apache-2.0
#include "engine/array_result.h"

#include <tuple>

namespace lacuna::engine {
namespace {

template <class Result>
auto fields(Result& r) {
  return std::tie(r.cycles, r.busy_cycles, r.fill_cycles, r.drain_stall_cycles, r.lane_cycles,
                  r.effectual_lane_cycles, r.intra_pe_idle, r.inter_pe_idle, r.pe_cycles, r.passes,
                  r.constant_multiplications, r.effective_macs, r.weight_reads, r.activation_reads,
                  r.sum_reads, r.sum_writes);
}

}  // namespace

ArrayResult& ArrayResult::operator+=(const ArrayResult& other) {
  cycles += other.cycles;
  busy_cycles += other.busy_cycles;
  fill_cycles += other.fill_cycles;
  drain_stall_cycles += other.drain_stall_cycles;
  lane_cycles += other.lane_cycles;
  effectual_lane_cycles += other.effectual_lane_cycles;
  intra_pe_idle += other.intra_pe_idle;
  inter_pe_idle += other.inter_pe_idle;
  pe_cycles += other.pe_cycles;
  passes += other.passes;
  constant_multiplications += other.constant_multiplications;
  effective_macs += other.effective_macs;
  weight_reads += other.weight_reads;
  activation_reads += other.activation_reads;
  sum_reads += other.sum_reads;
  sum_writes += other.sum_writes;
  return *this;
}

bool operator==(const ArrayResult& a, const ArrayResult& b) {
  return fields(a) == fields(b);
}

}  // namespace lacuna::engine
