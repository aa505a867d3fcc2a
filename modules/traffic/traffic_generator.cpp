// SPDX-License-Identifier: Apache-2.0
#include "traffic/traffic_generator.h"

#include "traffic/request_issuer.h"

namespace lacuna::traffic {

namespace {

/// An issuer as tlm::module_type makes it.
class TrafficGenerator final : public RequestIssuer {
 public:
  TrafficGenerator(const sc_core::sc_module_name& name, const TrafficGeneratorParams& params,
                   const tlm::Surroundings& surroundings)
      : RequestIssuer(name, rules_of(params, surroundings),
                      std::make_unique<PatternSource>(params, rules_of(params, surroundings).period,
                                                      static_cast<const char*>(name)),
                      surroundings) {}

 private:
  static IssueRules rules_of(const TrafficGeneratorParams& params,
                             const tlm::Surroundings& surroundings) {
    return {params.clock.value_or(surroundings.clock).period(), params.outstanding, params.priority,
            !params.clock};
  }
};

}  // namespace

tlm::ModuleType traffic_generator_type() {
  auto type = tlm::module_type<TrafficGeneratorParams, TrafficGenerator>(
      "traffic_generator", "offers requests of a pattern to a memory");
  type.ports = RequestIssuer::ports();
  type.counters = RequestIssuer::counters();
  return type;
}

}  // namespace lacuna::traffic
