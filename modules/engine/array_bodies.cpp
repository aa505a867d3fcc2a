// SPDX-License-Identifier: Apache-2.0
#include "engine/array_bodies.h"

#include "core/error.h"
#include "engine/lockstep_array.h"
#include "tlm/time.h"
#include "tlm/wave_request.h"

namespace lacuna::engine {

namespace {

std::unique_ptr<RtlModel> make_rtl(const ArrayBodies& bodies, const std::string& name, Time period,
                                   const tlm::Surroundings& surroundings) {
  std::unique_ptr<RtlModel> rtl = bodies.rtl();
  rtl->offer_faults(surroundings.faults, name + ".rtl_sums");
  if (surroundings.waves != nullptr) {
    if (const auto wave = surroundings.waves->claim(name)) {
      rtl->record(
          *wave, [] { return tlm::now().value(); }, period.value());
    }
  }
  return rtl;
}

/// Where in the run a difference shows, for whoever wants it as a waveform.
DifferenceListener point_at(const std::string& name, Time period, tlm::WaveDesk* waves) {
  return [name, period = period.value(), waves](std::uint64_t back, std::uint64_t on) {
    if (waves != nullptr) {
      const std::int64_t now = tlm::now().value();
      waves->point_at({"mismatch.fst", now - static_cast<std::int64_t>(back) * period,
                       now + static_cast<std::int64_t>(on) * period, name});
    }
  };
}

}  // namespace

std::unique_ptr<ArrayModel> make_array_body(ArrayBody body, const ArrayBodies& bodies,
                                            const std::string& name, Frequency clock,
                                            const LockstepParams& lockstep,
                                            const tlm::Surroundings& surroundings) {
  const Time period = clock.period();
  if ((body == ArrayBody::rtl || body == ArrayBody::lockstep) && !bodies.rtl) {
    throw input_error({}, "pe_array.model: this accelerator has the bodies fast and detailed");
  }
  switch (body) {
    case ArrayBody::fast:
      return bodies.fast();
    case ArrayBody::detailed:
      return bodies.detailed();
    case ArrayBody::rtl:
      return make_rtl(bodies, name, period, surroundings);
    case ArrayBody::lockstep:
      return std::make_unique<LockstepArray>(name, lockstep, bodies.detailed(),
                                             make_rtl(bodies, name, period, surroundings),
                                             point_at(name, period, surroundings.waves));
  }
  throw model_error("a body that nobody wrote");
}

}  // namespace lacuna::engine
