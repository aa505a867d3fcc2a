// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/units.h"
#include "memory/dram_controller.h"
#include "memory/dram_params.h"

namespace lacuna::memory {

/// When a payload's data flow, in absolute time.
struct ServiceTimes {
  Time first_data;
  Time response;
  std::uint64_t bus_bytes = 0;
};

/// What decides how long a memory takes: one class per `model`. No SystemC.
class DramServer {
 public:
  virtual ~DramServer() = default;
  /// The moment at which payloads that arrive at `arrival` may be served: every arrival of that
  /// moment is known by then.
  virtual Time service_time(Time arrival) const = 0;
  /// Time has come to `now`; calls never go back.
  virtual void advance(Time) {}
  /// Serves a payload of bytes > 0 that arrived at `arrival`, behind those served before.
  virtual ServiceTimes serve(std::uint64_t address, std::uint64_t bytes, bool write,
                             Time arrival) = 0;
};

/// No time passes.
class IdealDram : public DramServer {
 public:
  Time service_time(Time arrival) const override { return arrival; }
  ServiceTimes serve(std::uint64_t, std::uint64_t bytes, bool, Time arrival) override {
    return {arrival, arrival, bytes};
  }
};

/// A pipe: latency, then so many bytes a second, one payload after another.
class FlatDram : public DramServer {
 public:
  FlatDram(Bandwidth bandwidth, Time latency)
      : picoseconds_per_byte_(1e12 / bandwidth.value()), latency_(latency) {}
  Time service_time(Time arrival) const override { return arrival; }
  ServiceTimes serve(std::uint64_t address, std::uint64_t bytes, bool write, Time arrival) override;

 private:
  double picoseconds_per_byte_;
  Time latency_;
  Time free_at_;
};

/// Banks, buses, ranks and refresh.
class TimedDram : public DramServer {
 public:
  TimedDram(const DramDevice& device, const DramParams& params);
  Time service_time(Time arrival) const override;
  void advance(Time now) override;
  ServiceTimes serve(std::uint64_t address, std::uint64_t bytes, bool write, Time arrival) override;

  DramController& controller() { return controller_; }
  const DramController& controller() const { return controller_; }

 private:
  Clock clock_after(Time time) const { return time.value() / clock_ps_ + 1; }

  DramController controller_;
  std::int64_t clock_ps_;
  Time frontend_;
  Time backend_;
  Clock now_ = 0;
};

}  // namespace lacuna::memory
