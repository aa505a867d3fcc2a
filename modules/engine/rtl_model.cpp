// SPDX-License-Identifier: Apache-2.0
#include "engine/rtl_model.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::engine {

namespace {

constexpr unsigned built_accumulator_bits = 32;

}  // namespace

void require_rtl_overheads(bool overheads) {
  if (!overheads) {
    throw input_error({},
                      "pe_array.model: rtl counts every cycle; a run without overheads "
                      "(count.overheads: false) needs fast or detailed");
  }
}

void require_rtl_options(bool overheads, unsigned accumulator_bits) {
  require_rtl_overheads(overheads);
  if (accumulator_bits != built_accumulator_bits) {
    throw input_error({}, fmt::format("pe_array.accumulator_bits: rows in SystemVerilog were built "
                                      "with {} bits, not {}",
                                      built_accumulator_bits, accumulator_bits));
  }
}

void RtlModel::record(const tlm::WaveRequest& request, std::function<std::int64_t()> now,
                      std::int64_t period_ps) {
  simulation_->record(request);
  now_ = std::move(now);
  period_ps_ = period_ps;
}

void RtlModel::offer_faults(tlm::FaultInjector& faults, const std::string& storage) {
  faults_ = &faults;
  sums_ = faults.add_storage(storage, std::numeric_limits<std::uint64_t>::max());
}

void RtlModel::begin_cycle() {
  if (now_) {
    time_ps_ = std::max(now_(), time_ps_ + period_ps_);
  }
}

void RtlModel::inject(std::vector<std::int32_t>& sums) {
  if (faults_ == nullptr) {
    return;
  }
  const Span<std::uint8_t> bytes(reinterpret_cast<std::uint8_t*>(sums.data()),
                                 sums.size() * sizeof(std::int32_t));
  faults_->after_write(sums_, sums_bytes_, bytes);
  sums_bytes_ += bytes.size();
}

}  // namespace lacuna::engine
