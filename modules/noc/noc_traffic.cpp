// SPDX-License-Identifier: Apache-2.0
#include "noc/noc_traffic.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "noc/traffic_schedule.h"
#include "tlm/time.h"
#include "tlm/watchdog.h"

namespace lacuna::noc {

namespace {

constexpr Cycle batch = 1024;  // cycles whose packets are made at once
constexpr std::size_t most_rows = 10000;

Place place_of(const Node& parameters, const std::string& key) {
  const Node* value = parameters.find(key);
  return value == nullptr ? parameters.place : value->place;
}

/// A path in a platform file is relative to that file, one on the command line to the current directory.
std::string resolved(const std::string& path, const Place& place) {
  if (path.empty() || std::filesystem::path(path).is_absolute() ||
      !std::filesystem::exists(place.file)) {
    return path;
  }
  return (std::filesystem::path(place.file).parent_path() / path).string();
}

}  // namespace

NocTraffic::NocTraffic(const sc_core::sc_module_name& name, const NocTrafficParams& params,
                       const Node& written, tlm::Surroundings& surroundings)
    : Component(name), params_(params), written_(written), surroundings_(surroundings) {
  use_interface("network", network_);
  SC_HAS_PROCESS(NocTraffic);
  SC_METHOD(generate);
  sensitive << wake_;
}

void NocTraffic::end_of_elaboration() {
  try {
    prepare();
  } catch (const Error& error) {
    surroundings_.watchdog.fail(error);
  }
}

void NocTraffic::prepare() {
  const std::uint32_t nodes = network_->columns() * network_->rows();
  if (!params_.schedule.empty()) {
    prepare_schedule(nodes);
    return;
  }
  if (params_.pattern == TrafficPattern::hotspot && params_.hotspot_node >= nodes) {
    throw input_error(
        place_of(written_, "hotspot_node"), std::string(name()) + ".hotspot_node",
        fmt::format("node {} does not exist; expected 0 .. {}", params_.hotspot_node, nodes - 1));
  }
  if (params_.pattern == TrafficPattern::transpose && network_->columns() != network_->rows()) {
    throw input_error(place_of(written_, "pattern"), std::string(name()) + ".pattern",
                      "transpose needs as many columns as rows");
  }
  SyntheticTraffic traffic;
  traffic.pattern = params_.pattern;
  traffic.rate = params_.rate;
  traffic.packet_flits = params_.packet_flits;
  traffic.hotspot_node = params_.hotspot_node;
  traffic.hotspot_share = params_.hotspot_share;
  traffic.self = params_.self.value_or(network_->usual_self_traffic());
  traffic.seed = params_.seed;
  source_ = std::make_unique<TrafficSource>(traffic, network_->columns(), network_->rows());
  network_->measure(static_cast<Cycle>(params_.warmup),
                    static_cast<Cycle>(params_.warmup + params_.cycles));
}

void NocTraffic::prepare_schedule(std::uint32_t nodes) {
  Schedule schedule = load_schedule(params_.schedule, place_of(written_, "schedule"),
                                    {nodes, network_->longest_multicast()});
  std::vector<std::uint32_t> groups = {0};
  for (const auto& destinations : schedule.groups) {
    groups.push_back(network_->add_group(destinations));
  }
  packets_ = std::move(schedule.packets);
  for (std::size_t i = 0; i < packets_.size(); ++i) {
    Packet& packet = packets_[i];
    packet.token = i;
    if (arrivals_.size() < most_rows) {
      first_arrival_.push_back(arrivals_.size());
      if (packet.group == 0) {
        arrivals_.push_back({i, packet.destination, -1});
      } else {
        for (const std::uint32_t node : schedule.groups[packet.group - 1]) {
          arrivals_.push_back({i, node, -1});
        }
      }
    }
    packet.group = groups[packet.group];
  }
  network_->on_injected_delivery([this](const Packet& packet, Cycle tail) {
    if (packet.token >= first_arrival_.size()) {
      return;
    }
    std::size_t row = first_arrival_[packet.token];
    while (arrivals_[row].destination != packet.destination) {
      ++row;
    }
    arrivals_[row].tail = tail;
  });
  network_->measure(0, never);
}

void NocTraffic::generate() {
  Cycle end = generated_ + batch;
  bool more = false;
  if (source_) {
    const auto last = static_cast<Cycle>(params_.warmup + params_.cycles);
    end = std::min(end, last);
    packets_.clear();
    source_->generate(end, packets_);
    for (const Packet& packet : packets_) {
      network_->inject(packet);
    }
    more = end < last;
  } else {
    for (; sent_ < packets_.size() && packets_[sent_].created < end; ++sent_) {
      network_->inject(packets_[sent_]);
    }
    more = sent_ < packets_.size();
    if (more) {
      // The next batch begins with the next packet, however far it is.
      end = std::max(end, packets_[sent_].created);
    }
  }
  surroundings_.watchdog.progress();
  generated_ = end;
  if (more) {
    const Time at(network_->period().value() * (end - 1));
    wake_.notify(tlm::to_sc_time(at - tlm::now()));
  }
}

void NocTraffic::summarise(Summary& summary) const {
  if (arrivals_.empty()) {
    return;
  }
  Summary::Table table;
  table.columns = {"cycle", "source", "destination", "flits", "tail"};
  for (const Arrival& arrival : arrivals_) {
    const Packet& packet = packets_[arrival.packet];
    table.rows.push_back({static_cast<double>(packet.created), static_cast<double>(packet.source),
                          static_cast<double>(arrival.destination),
                          static_cast<double>(packet.flits), static_cast<double>(arrival.tail)});
  }
  summary.add("schedule", table);
}

tlm::ModuleType noc_traffic_type() {
  tlm::ModuleType type;
  type.name = "noc_traffic";
  type.summary = "synthetic traffic, or packets from a file, into a network of routers";
  type.parameters = [] { return document_parameters<NocTrafficParams>(); };
  type.schema = [] { return parameter_schema<NocTrafficParams>("noc_traffic"); };
  type.effective = [](const std::string& name, const Node& parameters, Diagnostics& diagnostics) {
    auto params = read_parameters<NocTrafficParams>(parameters, name, diagnostics);
    params.schedule = resolved(params.schedule, place_of(parameters, "schedule"));
    return write_parameters(params);
  };
  type.make = [](const std::string& name, const Node& parameters, tlm::Surroundings& surroundings,
                 Diagnostics& diagnostics) -> std::unique_ptr<tlm::Component> {
    const std::size_t problems = diagnostics.items().size();
    auto params = read_parameters<NocTrafficParams>(parameters, name, diagnostics);
    if (diagnostics.items().size() != problems) {
      return nullptr;
    }
    params.schedule = resolved(params.schedule, place_of(parameters, "schedule"));
    return std::make_unique<NocTraffic>(sc_core::sc_module_name(name.c_str()), params, parameters,
                                        surroundings);
  };
  type.ports = {{"network", "interface", "of a network of routers: 'noc.network'"}};
  return type;
}

}  // namespace lacuna::noc
