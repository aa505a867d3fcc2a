// SPDX-License-Identifier: Apache-2.0
#include "cosim/binding/axi_binding.h"

#include <regex>
#include <string>

#include <catch2/catch.hpp>

using namespace lacuna;
using namespace lacuna::cosim;

namespace {

// As Verilator writes it: a subordinate port of AXI4-Lite, 32 bits wide.
const std::string header = R"(
    VL_IN8(&clk,0,0);
    VL_IN8(&rst_n,0,0);
    VL_OUT8(&working,0,0);
    VL_IN8(&s_awvalid,0,0);
    VL_OUT8(&s_awready,0,0);
    VL_IN(&s_awaddr,31,0);
    VL_IN8(&s_wvalid,0,0);
    VL_OUT8(&s_wready,0,0);
    VL_IN(&s_wdata,31,0);
    VL_IN8(&s_wstrb,3,0);
    VL_OUT8(&s_bvalid,0,0);
    VL_IN8(&s_bready,0,0);
    VL_IN8(&s_arvalid,0,0);
    VL_OUT8(&s_arready,0,0);
    VL_IN64(&s_araddr,39,0);
    VL_OUT8(&s_rvalid,0,0);
    VL_IN8(&s_rready,0,0);
    VL_OUT(&s_rdata,31,0);
    VL_OUTW(&wide,127,0,4);
)";

std::string bound(const std::string& names) {
  return write_axi_binding("thing", parse_yaml(names, "names.yaml"), verilated_ports(header));
}

}  // namespace

TEST_CASE("ports are read from the header of a Verilated model") {
  const auto ports = verilated_ports(header);
  CHECK(ports.size() == 19);
  CHECK(ports.at("s_araddr").width == 40);
  CHECK_FALSE(ports.at("s_araddr").output);
  CHECK(ports.at("wide").width == 128);
  CHECK(ports.at("wide").output);
}

TEST_CASE("a binding names the model's own ports") {
  const std::string text = bound(
      "busy: working\naxi:\n  - {name: regs, role: subordinate, protocol: axi4-lite, prefix: "
      "s_}\n");
  CHECK_THAT(text, Catch::Contains("put_number(model_.s_awaddr, signals.aw.beat.address);"));
  CHECK_THAT(text, Catch::Contains("get_data(model_.s_rdata, signals.r.beat.data);"));
  CHECK_THAT(text, Catch::Contains("{\"regs\", false, true, 4, 1, true, true, &pins0_}"));
  CHECK_THAT(text, Catch::Contains("model_->working != 0"));
  CHECK_THAT(text, !Catch::Contains("awlen"));
}

TEST_CASE("what does not fit the module is an error with its place") {
  const std::string lite = "protocol: axi4-lite, ";
  const auto axi = [&](const std::string& rest) {
    return "axi:\n  - {name: regs, role: subordinate, protocol: axi4-lite, " + rest + "}\n";
  };
  CHECK_THROWS_WITH(bound(axi("prefix: t_")),
                    Catch::Contains("names.yaml:2:") &&
                        Catch::Contains("axi[0].awvalid: the module thing has no port 't_awvalid', "
                                        "did you mean 's_awvalid'?"));
  CHECK_THROWS_WITH(bound(axi("prefix: s_, ports: {awready: s_awvalid}")),
                    Catch::Contains("'s_awvalid' is an input, expected an output"));
  CHECK_THROWS_WITH(bound(axi("prefix: s_, ports: {rdata: wide}")),
                    Catch::Contains("axi[0].rdata: 128 bits, but the other data bus has 32"));
  CHECK_THROWS_WITH(bound(axi("prefix: s_, ports: {awlem: s_awaddr}")),
                    Catch::Contains("'awlem' is no signal of this protocol, did you mean"));
  CHECK_THROWS_WITH(bound("clock: clock\n" + axi("prefix: s_")),
                    Catch::Contains("names.yaml:1:8: clock: the module thing has no port 'clock'"));
  CHECK_THROWS_WITH(bound("axi: [{name: m, role: boss, prefix: s_}]"), Catch::Contains("manager"));
  CHECK_THROWS_WITH(bound("axi:\n  - {name: m, role: subordinate, prefix: s_}\n"),
                    Catch::Contains("no port 's_awlen'"));
}

TEST_CASE("a port without the channels of one direction is for the other one only") {
  const std::string reader = std::regex_replace(header, std::regex(R"(.*&s_(aw|w|b).*\n)"), "");
  const std::string names =
      "axi:\n  - {name: regs, role: subordinate, protocol: axi4-lite, prefix: s_}\n";
  const std::string text =
      write_axi_binding("thing", parse_yaml(names, "names.yaml"), verilated_ports(reader));
  CHECK_THAT(text, Catch::Contains("{\"regs\", false, true, 4, 1, true, false, &pins0_}"));
  CHECK_THAT(text, !Catch::Contains("signals.w."));
  // Half of a direction is a mistake, not a choice.
  const std::string half = std::regex_replace(header, std::regex(R"(.*&s_awvalid.*\n)"), "");
  CHECK_THROWS_WITH(
      write_axi_binding("thing", parse_yaml(names, "names.yaml"), verilated_ports(half)),
      Catch::Contains("axi[0].awvalid: the module thing has no port 's_awvalid'"));
}
