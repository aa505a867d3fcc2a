// SPDX-License-Identifier: Apache-2.0
#include "engine/rtl_probe.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace lacuna::engine {

void RtlProbe::record(const tlm::WaveRequest& request, std::function<std::int64_t()> now,
                      std::int64_t period_ps) {
  simulation_->record(request);
  now_ = std::move(now);
  period_ps_ = period_ps;
}

void RtlProbe::offer_faults(tlm::FaultInjector& faults, const std::string& storage) {
  faults_ = &faults;
  sums_ = faults.add_storage(storage, std::numeric_limits<std::uint64_t>::max());
}

void RtlProbe::begin_cycle() {
  if (now_) {
    time_ps_ = std::max(now_(), time_ps_ + period_ps_);
  }
}

void RtlProbe::inject(std::vector<std::int32_t>& sums) {
  if (faults_ == nullptr) {
    return;
  }
  const Span<std::uint8_t> bytes(reinterpret_cast<std::uint8_t*>(sums.data()),
                                 sums.size() * sizeof(std::int32_t));
  faults_->after_write(sums_, sums_bytes_, bytes);
  sums_bytes_ += bytes.size();
}

}  // namespace lacuna::engine
