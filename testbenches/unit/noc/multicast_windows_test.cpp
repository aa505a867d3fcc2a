// SPDX-License-Identifier: Apache-2.0
//
// Windows of the X/Y multicast bus that have names, and what it cannot be asked for.
#include "unit/noc/multicast_bus_system.h"

namespace lacuna {

using noc::XyMulticastBus;
using noc::XyMulticastBusParams;
using test::access;
using test::at;
using test::two_rows;
using test::window;
using Receivers = test::BusReceivers;

namespace {

noc::MulticastWindowParams named(std::uint64_t base, const std::vector<std::string>& targets) {
  noc::MulticastWindowParams result;
  result.base = Address(base);
  result.targets = targets;
  return result;
}

/// Two rows of three, r0 to r2 and r3, that leave the IDs to the module.
XyMulticastBusParams without_ids() {
  XyMulticastBusParams params;
  params.rows = 2;
  params.columns = 3;
  params.scan_width = 32;
  return params;
}

void check_write(const test::Receiver& receiver, std::uint64_t address, std::uint8_t value) {
  REQUIRE_FALSE(receiver.writes.empty());
  CHECK(receiver.writes[0].address == address);
  CHECK(receiver.writes[0].data == std::vector<std::uint8_t>(16, value));
}

void check_refused(const XyMulticastBusParams& params, const std::string& why) {
  Receivers system(params, {0, 0, 0, 0});
  system.add("a", {});
  CHECK_THROWS_WITH(system.bench.watchdog.run(), Catch::Contains(why));
}

}  // namespace

TEST_CASE("receivers that nobody mapped, or in one place, are refused") {
  XyMulticastBusParams params = two_rows();
  params.receivers["r9"] = at(1, 2, 0);
  Receivers unknown(params, {0, 0, 0, 0});
  unknown.add("a", {});
  CHECK_THROWS_WITH(unknown.bench.watchdog.run(),
                    Catch::Contains("noc.receivers.r9: 'r9' is not mapped behind 'noc'"));
}

TEST_CASE("a window with a name goes out with the given IDs of its targets") {
  XyMulticastBusParams params = two_rows();
  params.tags.reset();
  params.multicast = {{"pair", named(window, {"r1", "r0.memory"})},
                      {"alone", named(window + 4096, {"r3"})}};
  Receivers system(params, {0, 0, 0, 0});
  system.add("a",
             {access(0, true, window + 8, 16, 7), access(50, true, window + 4096 + 16, 16, 8)});
  system.run();
  check_write(*system.receivers[0], 8, 7);
  check_write(*system.receivers[1], 8, 7);
  check_write(*system.receivers[3], 16, 8);
  CHECK(system.receivers[2]->writes.empty());
  CHECK(system.bench.value("noc.multicasts") == 2);
  CHECK(system.bench.value("noc.deliveries") == 3);
  CHECK(system.bench.value("noc.x_bus.0.request_beats") == 1);
  CHECK(system.bench.value("noc.x_bus.1.request_beats") == 1);
}

TEST_CASE("IDs are chosen for the windows with names where none are given") {
  XyMulticastBusParams params = without_ids();
  params.multicast = {{"alone", named(window, {"r1"})},
                      {"pair", named(window + 4096, {"r3", "r0"})},
                      {"same", named(window + 8192, {"r0", "r3"})}};
  Receivers system(params, {0, 0, 0, 0});
  system.add("a", {access(0, true, window + 8, 16, 7), access(50, true, window + 4096, 16, 8),
                   access(100, true, window + 8192 + 16, 16, 9)});
  system.run();
  check_write(*system.receivers[1], 8, 7);
  for (const std::size_t member : {0, 3}) {
    check_write(*system.receivers[member], 0, 8);
    REQUIRE(system.receivers[member]->writes.size() == 2);
    CHECK(system.receivers[member]->writes[1].data == std::vector<std::uint8_t>(16, 9));
  }
  CHECK(system.receivers[2]->writes.empty());
  CHECK(system.bench.value("noc.multicasts") == 3);
  CHECK(system.bench.value("noc.deliveries") == 5);
  CHECK(system.bench.value("noc.configuration_cycles") == 1);
  CHECK(system.bench.value("noc.x_bus.1.request_beats") == 3);  // one ID opens both rows
}

TEST_CASE("a window over X-buses of different IDs is refused") {
  XyMulticastBusParams params = two_rows();
  params.tags.reset();
  params.multicast = {{"w", named(window, {"r0", "r3"})}};
  check_refused(params,
                "noc.multicast.w.targets: no pair of tags reaches them all: the IDs before "
                "'r0.memory' are (5, 1), those before 'r3.memory' (6, 1)");
}

TEST_CASE("a window to some of those who match its tags is refused") {
  XyMulticastBusParams params = two_rows();
  params.tags.reset();
  params.multicast = {{"w", named(window, {"r0"})}};
  check_refused(params,
                "noc.multicast.w.targets: their pair of tags (5, 1) reaches 'r1.memory' too");
}

TEST_CASE("windows with some targets in common are refused on a bus") {
  XyMulticastBusParams params = without_ids();
  params.multicast = {{"v", named(window, {"r0", "r1"})},
                      {"w", named(window + 4096, {"r1", "r2"})}};
  check_refused(params,
                "noc.multicast.w.targets: 'r1.memory' is also one of the other targets of 'v'; a "
                "multicast controller has one ID");
}

TEST_CASE("tags tell as many rows and columns apart as IDs are wide") {
  const auto problems = [](const std::string& shape) {
    Diagnostics diagnostics;
    read_parameters<XyMulticastBusParams>(
        parse_yaml(shape + ", id_bits: 4, tags: {base: 0x100000000, size: 4 KiB}}", "bus.yaml"),
        "noc", diagnostics);
    return diagnostics.empty() ? "" : diagnostics.items()[0].text();
  };
  CHECK(problems("{rows: 16, columns: 16") == "");
  CHECK_THAT(problems("{rows: 17, columns: 16"), Catch::Contains("17 rows need wider IDs"));
  CHECK_THAT(problems("{rows: 16, columns: 17"), Catch::Contains("17 columns need wider IDs"));
}

TEST_CASE("more windows than IDs are refused") {
  XyMulticastBusParams params = without_ids();
  params.id_bits = 1;
  params.multicast = {{"u", named(window, {"r0"})},
                      {"v", named(window + 4096, {"r1"})},
                      {"w", named(window + 8192, {"r2"})}};
  check_refused(params, "noc.multicast.w.targets: the windows need IDs of more than 1 bits");
}

TEST_CASE("a window to a target that is not there is refused on a bus") {
  XyMulticastBusParams params = without_ids();
  params.multicast = {{"w", named(window, {"r0", "r9"})}};
  check_refused(params, "noc.multicast.w.targets: 'r9' is not mapped behind 'noc'");
}

TEST_CASE("a memory behind the multicast window is refused") {
  test::Bench bench;
  XyMulticastBus bus("noc", two_rows(), bench.surroundings);
  test::Receiver receiver("receiver", 0);
  CHECK_THROWS_WITH(bus.map({window + 100, 16, "receiver.memory", {}}, receiver.memory),
                    Catch::Contains("overlaps noc.tags"));
}

}  // namespace lacuna
