// SPDX-License-Identifier: Apache-2.0
//
// Latency-load curves against BookSim2's and Noxim's, measured on 4x4 meshes (testbenches/data/noc).
#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "unit/noc_network/network_run.h"

namespace lacuna {

using nlohmann::json;
using test::Load;
using test::mean_latency;
using test::NetworkModel;
using test::TimingPreset;
using test::TrafficPattern;

namespace {

json configurations(const std::string& simulator, unsigned channels) {
  std::ifstream file(LACUNA_TEST_DATA "/noc/mesh_4x4.json");
  REQUIRE(file);
  json result = json::array();
  const json document = json::parse(file);
  for (const json& configuration : document["configurations"]) {
    if (configuration["simulator"] == simulator && configuration["virtual_channels"] == channels) {
      result.push_back(configuration);
    }
  }
  REQUIRE(result.size() == 6);
  return result;
}

Load load_of(const json& configuration, NetworkModel model) {
  Load load;
  load.model = model;
  load.timing =
      configuration["simulator"] == "booksim" ? TimingPreset::booksim : TimingPreset::noxim;
  load.shape = {configuration["virtual_channels"], configuration["buffer_depth"]};
  load.pattern = configuration["traffic"] == "uniform"     ? TrafficPattern::uniform
                 : configuration["traffic"] == "transpose" ? TrafficPattern::transpose
                                                           : TrafficPattern::hotspot;
  return load;
}

double saturation(const json& configuration) {
  return (configuration["saturation"][0].get<double>() +
          configuration["saturation"][1].get<double>()) /
         2;
}

double mean_of_seeds(Load load, double rate) {
  load.rate = rate;
  double sum = 0;
  for (load.seed = 1; load.seed <= 3; ++load.seed) {
    sum += mean_latency(load);
  }
  return sum / 3;
}

void describe(const json& configuration, double rate, double share) {
  UNSCOPED_INFO(configuration["simulator"]
                << ", " << configuration["virtual_channels"] << " virtual channels, depth "
                << configuration["buffer_depth"] << ", " << configuration["traffic"] << ", rate "
                << rate << ", " << share << " of saturation");
}

/// Every point up to `most` of saturation, within a share of the peer's latency or two of its standard errors.
void compare(const std::string& simulator, unsigned channels, NetworkModel model, double least,
             double most, double tolerance) {
  for (const json& configuration : configurations(simulator, channels)) {
    const Load load = load_of(configuration, model);
    for (const json& point : configuration["points"]) {
      const double rate = point[0];
      const double share = rate / saturation(configuration);
      if (share <= least || share > most) {
        continue;
      }
      const double expected = point[1];
      const double allowed = std::max(tolerance * expected, 2 * point[2].get<double>());
      describe(configuration, rate, share);
      CHECK(mean_of_seeds(load, rate) == Approx(expected).margin(allowed).epsilon(0));
    }
  }
}

}  // namespace

TEST_CASE("flit latency is BookSim's with one virtual channel") {
  compare("booksim", 1, NetworkModel::flit, 0, 0.75, 0.03);
}

TEST_CASE("flit latency is BookSim's with four virtual channels") {
  compare("booksim", 4, NetworkModel::flit, 0, 0.75, 0.03);
}

TEST_CASE("a flit network saturates where BookSim's does") {
  for (const unsigned channels : {1U, 4U}) {
    for (const json& configuration : configurations("booksim", channels)) {
      const Load load = load_of(configuration, NetworkModel::flit);
      const double limit = 3 * configuration["zero_load"].get<double>();
      const double below = 0.95 * configuration["saturation"][0].get<double>();
      const double above = 1.05 * configuration["saturation"][1].get<double>();
      describe(configuration, below, 0.95);
      CHECK(mean_of_seeds(load, below) < limit);
      describe(configuration, above, 1.05);
      CHECK(mean_of_seeds(load, above) > limit);
    }
  }
}

TEST_CASE("fast latency is near BookSim's up to 60 % of saturation") {
  compare("booksim", 1, NetworkModel::fast, 0, 0.6, 0.06);
  compare("booksim", 4, NetworkModel::fast, 0, 0.6, 0.06);
}

TEST_CASE("fast latency is roughly BookSim's up to 85 % of saturation") {
  compare("booksim", 1, NetworkModel::fast, 0.6, 0.85, 0.15);
  compare("booksim", 4, NetworkModel::fast, 0.6, 0.85, 0.15);
}

TEST_CASE("latency with Noxim's timing is near Noxim's with one virtual channel") {
  compare("noxim", 1, NetworkModel::flit, 0, 0.6, 0.06);
  compare("noxim", 1, NetworkModel::fast, 0, 0.6, 0.06);
}

TEST_CASE("flit latency with Noxim's timing is near Noxim's with four virtual channels") {
  compare("noxim", 4, NetworkModel::flit, 0, 0.6, 0.06);
}

TEST_CASE("fast latency with Noxim's timing is near Noxim's with four virtual channels") {
  compare("noxim", 4, NetworkModel::fast, 0, 0.6, 0.06);
  compare("noxim", 4, NetworkModel::fast, 0.6, 0.85, 0.15);
}

}  // namespace lacuna
