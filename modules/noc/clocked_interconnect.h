// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "noc/mapped_interconnect.h"
#include "noc/packet_network.h"

namespace lacuna::noc {

/// What interconnects of links that arbitrate do alike: beats at the edges of a clock, and who goes first.
///
/// What happens at a clock edge is seen after it, so that the order of processes decides nothing; arbitration is by (arrival,
/// priority, requester, port).
class ClockedInterconnect : public MappedInterconnect {
 public:
  Bandwidth link_bandwidth() const override;

 protected:
  /// A transfer that wants a link.
  struct Claim {
    Flight* flight = nullptr;
    Cycle seen = 0;        ///< first cycle in which the arbiter knows of it
    Cycle first_beat = 0;  ///< first cycle in which a beat of it could have passed
  };

  /// @param width bytes that a link moves in a cycle; 0: any number, in no time, and what happens is seen at once
  ClockedInterconnect(const sc_core::sc_module_name& name, std::optional<Frequency> clock,
                      std::uint32_t width, tlm::Surroundings& surroundings);

  /// Does what is due in cycle now().
  virtual void work() = 0;
  /// Calls wake_at() for what comes next.
  virtual void plan() = 0;
  /// Wakes the module in this cycle, or before; while it works nothing happens, since plan() follows.
  void wake_at(Cycle cycle);
  Cycle now() const { return now_; }

  Cycle cycle_of(const sc_core::sc_time& time) const;
  Cycle seen_after(const sc_core::sc_time& time) const { return cycle_of(time) + edge(); }
  /// From something's happening to its being seen.
  Cycle edge() const { return width_ == 0 ? 0 : 1; }
  Cycle beats(const tlm::Payload& payload, bool carries_data) const;
  double cycles_so_far() const;

  Claim request_claim(Flight& flight, const sc_core::sc_time& when) const;
  /// Beats of a response pass as the target produces them.
  Claim response_claim(Flight& flight, const sc_core::sc_time& when) const;
  /// The claim that goes first; the end if there is none.
  static std::vector<Claim>::iterator first_of(std::vector<Claim>& claims);

 private:
  void wake();

  std::int64_t period_ps_;
  std::uint32_t width_;
  Cycle now_ = 0;
  Cycle next_wake_ = never;
  bool working_ = false;
  sc_core::sc_event wake_;
};

}  // namespace lacuna::noc
