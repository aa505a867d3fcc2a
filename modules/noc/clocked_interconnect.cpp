// SPDX-License-Identifier: Apache-2.0
#include "noc/clocked_interconnect.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "tlm/time.h"

namespace lacuna::noc {

ClockedInterconnect::ClockedInterconnect(const sc_core::sc_module_name& name,
                                         std::optional<Frequency> clock, std::uint32_t width,
                                         tlm::Surroundings& surroundings)
    : MappedInterconnect(name, surroundings),
      period_ps_(width == 0 ? 1 : clock.value_or(surroundings.clock).period().value()),
      width_(width) {
  SC_HAS_PROCESS(ClockedInterconnect);
  SC_METHOD(wake);
  sensitive << wake_;
  dont_initialize();
}

Bandwidth ClockedInterconnect::link_bandwidth() const {
  return width_ == 0 ? Bandwidth(std::numeric_limits<double>::max())
                     : Bandwidth(width_ * 1e12 / static_cast<double>(period_ps_));
}

void ClockedInterconnect::wake() {
  now_ = cycle_of(sc_core::sc_time_stamp());
  working_ = true;
  next_wake_ = never;
  work();
  working_ = false;
  plan();
}

void ClockedInterconnect::wake_at(Cycle cycle) {
  if (working_ || cycle >= next_wake_) {
    return;
  }
  next_wake_ = cycle;
  const std::int64_t now_ps = tlm::now().value();
  wake_.notify(tlm::to_sc_time(Time(std::max(cycle * period_ps_, now_ps) - now_ps)));
}

Cycle ClockedInterconnect::cycle_of(const sc_core::sc_time& time) const {
  return tlm::to_time(time).value() / period_ps_;
}

Cycle ClockedInterconnect::beats(const tlm::Payload& payload, bool carries_data) const {
  if (width_ == 0) {
    return 0;
  }
  const Cycle bytes = carries_data ? payload.get_data_length() : 0;
  return std::max<Cycle>(1, (bytes + width_ - 1) / width_);
}

double ClockedInterconnect::cycles_so_far() const {
  return static_cast<double>(tlm::now().value()) / static_cast<double>(period_ps_);
}

ClockedInterconnect::Claim ClockedInterconnect::request_claim(Flight& flight,
                                                              const sc_core::sc_time& when) const {
  const Cycle seen = seen_after(when);
  return {&flight, seen, seen};
}

ClockedInterconnect::Claim ClockedInterconnect::response_claim(Flight& flight,
                                                               const sc_core::sc_time& when) const {
  Claim claim = request_claim(flight, when);
  const tlm::PayloadInfo* info = tlm::info_of(*flight.payload);
  if (info != nullptr && info->first_beat != sc_core::SC_ZERO_TIME) {
    claim.first_beat = std::min(claim.seen, seen_after(info->first_beat));
  }
  return claim;
}

std::vector<ClockedInterconnect::Claim>::iterator ClockedInterconnect::first_of(
    std::vector<Claim>& claims) {
  return std::min_element(claims.begin(), claims.end(), [](const Claim& a, const Claim& b) {
    if (a.seen != b.seen) {
      return a.seen < b.seen;
    }
    const tlm::Payload& x = *a.flight->payload;
    const tlm::Payload& y = *b.flight->payload;
    if (tlm::precedes(x, y) != tlm::precedes(y, x)) {
      return tlm::precedes(x, y);
    }
    return std::tie(a.flight->source, a.flight->target) <
           std::tie(b.flight->source, b.flight->target);
  });
}

}  // namespace lacuna::noc
