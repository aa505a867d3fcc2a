// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <random>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "parameters_example.h"

using namespace lacuna;
using namespace lacuna_test;

namespace {

template <class T>
T read(const std::string& text) {
  Diagnostics diagnostics;
  T params = read_parameters<T>(parse_yaml(text, "p.yaml"), "", diagnostics);
  CHECK_NOTHROW(diagnostics.throw_if_any());
  return params;
}

}  // namespace

TEST_CASE("what the file leaves out keeps its default") {
  const auto params = read<ArrayParams>("rows: 16\ncount: {weight: 0.25}\n");
  CHECK(params.rows == 16);
  CHECK(params.clock == 800_MHz);
  CHECK(params.banks.size() == 2);
  CHECK(params.count.metadata);
  CHECK(params.count.weight == 0.25);
  CHECK(read<ArrayParams>("{}").rows == 32);
}

TEST_CASE("every kind of field is read") {
  const auto params = read<ArrayParams>(
      "rows: 1024\n"
      "offset: -8\n"
      "small: 255\n"
      "big: -9223372036854775808\n"
      "clock: 1.5 GHz\n"
      "buffer: 4MiB\n"
      "latency: 0 ns\n"
      "model: detailed\n"
      "name: \"matrix\"\n"
      "banks: [1 KiB, 1 MiB]\n"
      "energy: 0.5 pJ\n"
      "ports: {memory: {width: 128, target: noc}, control: {target: 010}}\n"
      "steps: [{metadata: false, weight: 1}, {weight: 1e-3}]\n"
      "count:\n"
      "  metadata: false\n"
      "rest: {anything: [1, {goes: x}]}\n");
  CHECK(params.rows == 1024);
  CHECK(params.offset == -8);
  CHECK(params.small == 255);
  CHECK(params.big == std::numeric_limits<std::int64_t>::min());
  CHECK(params.clock.value() == 1.5e9);
  CHECK(params.buffer == 4_MiB);
  CHECK(params.latency == 0_ps);
  CHECK(params.model == Model::detailed);
  CHECK(params.name == "matrix");
  CHECK(params.banks == std::vector<Bytes>{1_KiB, 1_MiB});
  CHECK(params.energy == Energy(0.5));
  CHECK(params.ports.size() == 2);
  CHECK(params.ports.at("memory").width == 128);
  CHECK(params.ports.at("control").width == 64);
  CHECK(params.ports.at("control").target == "010");
  CHECK(params.steps.size() == 2);
  CHECK_FALSE(params.steps[0].metadata);
  CHECK(params.steps[1].weight == 0.001);
  CHECK_FALSE(params.count.metadata);
  CHECK(params.rest.find("anything")->items[1].find("goes")->scalar == "x");
}

TEST_CASE("null takes an optional value away") {
  Diagnostics diagnostics;
  ArrayParams params;
  params.energy = Energy(1.0);
  CHECK(read_parameters_into(params, parse_yaml("energy:\n", "p"), "", diagnostics));
  CHECK_FALSE(params.energy);
  CHECK(diagnostics.empty());
}

TEST_CASE("a mapping read over parameters changes only what it names") {
  Diagnostics diagnostics;
  ArrayParams params;
  params.count.weight = 0.75;
  params.rows = 2;
  CHECK(read_parameters_into(params, parse_yaml("count: {metadata: false}", "p"), "", diagnostics));
  CHECK(params.count.weight == 0.75);
  CHECK(params.rows == 2);
}

TEST_CASE("keys of somebody else are passed over where they were announced, and only there") {
  Diagnostics diagnostics;
  const Node node = parse_yaml("type: bitvert\nrows: 4\n", "p.yaml");
  CHECK(read_parameters<ArrayParams>(node, "a", diagnostics, {"type"}).rows == 4);
  CHECK(diagnostics.empty());
  read_parameters<ArrayParams>(node, "a", diagnostics);
  REQUIRE(diagnostics.items().size() == 1);
  CHECK(diagnostics.items()[0].text() == "p.yaml:1:1: a.type: unknown parameter 'type'");
}

TEST_CASE("lists, maps and single values can be read without a struct") {
  Diagnostics diagnostics;
  std::vector<Time> times;
  CHECK(ParameterValue<std::vector<Time>>::read(parse_yaml("[1 ns, 2 ns]", "p"), "t", diagnostics,
                                                times));
  CHECK(times == std::vector<Time>{1_ns, 2_ns});
}

namespace {

struct BaseParams {
  unsigned lanes = 8;
};

struct DerivedParams : BaseParams {
  bool extra = false;

  template <class Description>
  static void describe(Description& d) {
    d("lanes", &BaseParams::lanes, "of the base");
    d("extra", &DerivedParams::extra, "of the derived");
  }
};

struct TwiceParams {
  unsigned a = 0;
  unsigned b = 0;

  template <class Description>
  static void describe(Description& d) {
    d("a", &TwiceParams::a, "one");
    d("a", &TwiceParams::b, "the other");
  }
};

}  // namespace

TEST_CASE("fields of a base class can be described") {
  const auto params = read<DerivedParams>("{lanes: 4, extra: true}");
  CHECK(params.lanes == 4);
  CHECK(params.extra);
}

TEST_CASE("one name for two fields is a mistake of the program") {
  Diagnostics diagnostics;
  CHECK_THROWS_WITH(read_parameters<TwiceParams>(Node::make_mapping(), "", diagnostics),
                    "parameter 'a' is described twice");
}

namespace {

ArrayParams random_params(std::mt19937_64& random) {
  static const char* const texts[] = {"",     "true", "010", "-",    "a b",
                                      "null", "~",    "\n",  "x: y", "é"};
  ArrayParams params;
  params.rows = 2 * (1 + random() % 512);
  params.offset = static_cast<int>(random() % 12) - 8;
  params.small = static_cast<std::uint8_t>(random());
  params.big = static_cast<std::int64_t>(random());
  params.clock = Frequency(static_cast<double>(1000000 + random() % 1000000000));
  params.buffer = Bytes(1 + (random() >> (random() % 64)) / 2);
  params.latency = Time(static_cast<std::int64_t>(random() >> (1 + random() % 63)));
  params.model = static_cast<Model>(random() % 3);
  params.name = random() % 2 == 0 ? "array" : "matrix";
  params.banks.assign(random() % 4, Bytes(1024 + random() % 1000000));
  if (random() % 2 == 0) {
    params.energy = Energy(static_cast<double>(1 + random() % 1000000) / 997.0);
  }
  for (std::size_t i = random() % 3; i > 0; --i) {
    params.ports[texts[random() % 10]] = {32u << (random() % 3), texts[random() % 10]};
  }
  params.steps.resize(random() % 3);
  for (CountParams& step : params.steps) {
    step.weight = static_cast<double>(random() % 1000000) / 999999.0;
  }
  params.count.weight = static_cast<double>(random() % 1000) / 1000.0;
  return params;
}

}  // namespace

TEST_CASE("what is written is read back the same, by way of text") {
  std::mt19937_64 random(5);
  for (int i = 0; i < 300; ++i) {
    const ArrayParams params = random_params(random);
    const std::string text = write_yaml(write_parameters(params));
    INFO(text);
    const auto back = read<ArrayParams>(text);
    CHECK(back.rows == params.rows);
    CHECK(back.offset == params.offset);
    CHECK(back.small == params.small);
    CHECK(back.big == params.big);
    CHECK(back.clock == params.clock);
    CHECK(back.buffer == params.buffer);
    CHECK(back.latency == params.latency);
    CHECK(back.model == params.model);
    CHECK(back.name == params.name);
    CHECK(back.banks == params.banks);
    CHECK(back.energy == params.energy);
    CHECK(back.count.weight == params.count.weight);
    REQUIRE(back.ports.size() == params.ports.size());
    for (const auto& [name, port] : params.ports) {
      CHECK(back.ports.at(name).width == port.width);
      CHECK(back.ports.at(name).target == port.target);
    }
    REQUIRE(back.steps.size() == params.steps.size());
    for (std::size_t s = 0; s < params.steps.size(); ++s) {
      CHECK(back.steps[s].weight == params.steps[s].weight);
    }
    CHECK(write_yaml(write_parameters(back)) == text);
  }
}

TEST_CASE("the effective parameters are written in the order of description") {
  CHECK(write_yaml(write_parameters(ArrayParams())) ==
        "rows: 32\n"
        "offset: -1\n"
        "small: 8\n"
        "big: 0\n"
        "clock: 800 MHz\n"
        "buffer: 256 KiB\n"
        "latency: 1.25 ns\n"
        "model: fast\n"
        "name: array\n"
        "banks: [1 KiB, 2 KiB]\n"
        "ports: {}\n"
        "steps: []\n"
        "count:\n"
        "  metadata: true\n"
        "  weight: 0.5\n");
}

TEST_CASE("every parameter is documented with type, unit, default and rules") {
  const std::vector<ParameterDocumentation> all = document_parameters<ArrayParams>("array");
  const auto entry = [&all](const std::string& path) {
    for (const ParameterDocumentation& documentation : all) {
      if (documentation.path == path) {
        return documentation;
      }
    }
    FAIL("no documentation of " << path);
    return ParameterDocumentation();
  };
  CHECK(all.front().path == "array.rows");
  CHECK(entry("array.rows").type == "whole number");
  CHECK(entry("array.rows").default_text == "32");
  CHECK(entry("array.rows").allowed == "1 .. 1024");
  CHECK(entry("array.rows").unit.empty());
  CHECK(entry("array.rows").doc == "output channels at once");
  CHECK(entry("array.clock").type == "clock rate");
  CHECK(entry("array.clock").unit == "MHz, GHz, kHz, Hz");
  CHECK(entry("array.clock").default_text == "800 MHz");
  CHECK(entry("array.clock").allowed == "1 MHz .. 2 GHz");
  CHECK(entry("array.buffer").allowed == "> 0");
  CHECK(entry("array.model").type == "choice");
  CHECK(entry("array.model").allowed == "fast | detailed | rtl");
  CHECK(entry("array.model").default_text == "fast");
  CHECK(entry("array.name").allowed == "array | matrix");
  CHECK(entry("array.banks").type == "list of size");
  CHECK(entry("array.banks").unit == "B, KiB, MiB, GiB, kB, MB, GB");
  CHECK(entry("array.banks").default_text == "[1 KiB, 2 KiB]");
  CHECK(entry("array.energy").default_text.empty());
  CHECK(entry("array.ports").type == "map of group");
  CHECK(entry("array.ports.<name>.width").allowed == "32 | 64 | 128");
  CHECK(entry("array.ports.<name>.target").required);
  CHECK_FALSE(entry("array.ports.<name>.width").required);
  CHECK(entry("array.steps[].weight").allowed == "0 .. 1");
  CHECK(entry("array.count.metadata").type == "true or false");
  CHECK(entry("array.count.metadata").default_text == "true");
}

TEST_CASE("the schema for editors says what the reader accepts") {
  const auto schema = nlohmann::json::parse(parameter_schema<ArrayParams>("array"));
  CHECK(schema["title"] == "array");
  CHECK(schema["additionalProperties"] == false);
  const auto& fields = schema["properties"];
  CHECK(fields["rows"]["type"] == "integer");
  CHECK(fields["rows"]["minimum"] == 1);
  CHECK(fields["rows"]["maximum"] == 1024);
  CHECK(fields["rows"]["default"] == 32);
  CHECK(fields["clock"]["type"] == "string");
  CHECK(fields["clock"]["default"] == "800 MHz");
  CHECK(fields["model"]["enum"] == nlohmann::json({"fast", "detailed", "rtl"}));
  CHECK(fields["banks"]["items"]["type"] == "string");
  CHECK(fields["ports"]["additionalProperties"]["required"] == nlohmann::json({"target"}));
  CHECK(fields["ports"]["additionalProperties"]["properties"]["width"]["enum"] ==
        nlohmann::json({32, 64, 128}));
  CHECK(fields["count"]["properties"]["metadata"]["default"] == true);
  CHECK(fields["count"]["properties"]["weight"]["maximum"] == 1);
}

TEST_CASE("enum values have names both ways") {
  CHECK(name_of_value(Model::rtl) == "rtl");
  CHECK(value_of_name<Model>("detailed") == Model::detailed);
  CHECK_FALSE(value_of_name<Model>("Detailed"));
  CHECK_THROWS_AS(name_of_value(static_cast<Model>(7)), Error);
}
