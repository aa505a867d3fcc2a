// SPDX-License-Identifier: Apache-2.0
#include "enmc/screener_bodies.h"

#include "core/error.h"
#include "enmc/screener_fast.h"
#include "enmc/screener_lockstep.h"
#include "enmc/screener_rtl.h"
#include "tlm/time.h"
#include "tlm/wave_request.h"

namespace lacuna::enmc {

namespace {

std::unique_ptr<RtlScreener> make_rtl_screener(const RankParams& params, const std::string& name,
                                               Time period, const tlm::Surroundings& surroundings) {
  auto rtl = std::make_unique<RtlScreener>(params);
  rtl->offer_faults(surroundings.faults, name + ".rtl_sums");
  if (surroundings.waves != nullptr) {
    if (const auto wave = surroundings.waves->claim(name)) {
      rtl->record(
          *wave, [] { return tlm::now().value(); }, period.value());
    }
  }
  return rtl;
}

}  // namespace

std::unique_ptr<ScreenerBody> make_screener_body(const RankParams& params, const std::string& name,
                                                 Time period,
                                                 const tlm::Surroundings& surroundings) {
  switch (params.screener.model) {
    case ScreenerModel::fast:
      return std::make_unique<FastScreener>(params);
    case ScreenerModel::rtl:
      return make_rtl_screener(params, name, period, surroundings);
    case ScreenerModel::lockstep:
      return std::make_unique<LockstepScreener>(
          name, params, std::make_unique<FastScreener>(params),
          make_rtl_screener(params, name, period, surroundings),
          [name, step = period.value(), waves = surroundings.waves](std::uint64_t back,
                                                                    std::uint64_t on) {
            if (waves != nullptr) {
              const std::int64_t now = tlm::now().value();
              waves->point_at({"mismatch.fst", now - static_cast<std::int64_t>(back) * step,
                               now + static_cast<std::int64_t>(on) * step, name});
            }
          });
  }
  throw model_error("a body that nobody wrote");
}

}  // namespace lacuna::enmc
