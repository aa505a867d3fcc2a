// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/summary.h"
#include "noc/latency_record.h"
#include "noc/packet_network.h"

namespace lacuna::noc {

/// Latency and throughput of the packets of a span of cycles.
class NetworkMeter {
 public:
  /// Packets created from `first` to before `end`; of all packets without it.
  void measure(Cycle first, Cycle end) {
    first_ = first;
    end_ = end;
  }
  void sent(const Packet& packet);
  void delivered(const Packet& packet, Cycle tail);

  const LatencyRecord& latency() const { return latency_; }
  /// packet_latency_cycles (creation to tail), offered and accepted flits a node and cycle; `now` ends an open span.
  void summarise(Summary& summary, std::uint32_t nodes, Cycle now) const;

 private:
  bool within(Cycle cycle) const { return cycle >= first_ && cycle < end_; }

  Cycle first_ = 0;
  Cycle end_ = never;
  std::uint64_t offered_ = 0;
  std::uint64_t accepted_ = 0;
  LatencyRecord latency_;
};

}  // namespace lacuna::noc
