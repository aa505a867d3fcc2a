// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/parameters.h"

namespace lacuna_test {

using namespace lacuna;

enum class Model { fast, detailed, rtl };

struct CountParams {
  bool metadata = true;
  double weight = 0.5;

  template <class Description>
  static void describe(Description& d) {
    d("metadata", &CountParams::metadata, "count metadata");
    d("weight", &CountParams::weight, "some weight").range(0.0, 1.0);
  }
};

struct PortParams {
  unsigned width = 64;
  std::string target;

  template <class Description>
  static void describe(Description& d) {
    d("width", &PortParams::width, "bits").choices({32, 64, 128});
    d("target", &PortParams::target, "whom it is bound to").required();
  }
};

/// One field of every kind.
struct ArrayParams {
  unsigned rows = 32;
  int offset = -1;
  std::uint8_t small = 8;
  std::int64_t big = 0;
  Frequency clock = 800_MHz;
  Bytes buffer = 256_KiB;
  Time latency = 1250_ps;
  Model model = Model::fast;
  std::string name = "array";
  std::vector<Bytes> banks = {1_KiB, 2_KiB};
  std::optional<Energy> energy;
  std::map<std::string, PortParams> ports;
  std::vector<CountParams> steps;
  CountParams count;
  Node rest;

  template <class Description>
  static void describe(Description& d) {
    d("rows", &ArrayParams::rows, "output channels at once").range(1u, 1024u);
    d("offset", &ArrayParams::offset, "an offset").range(-8, 7);
    d("small", &ArrayParams::small, "a byte");
    d("big", &ArrayParams::big, "64 bits");
    d("clock", &ArrayParams::clock, "array clock [BBS Table V]").range(1_MHz, 2_GHz);
    d("buffer", &ArrayParams::buffer, "weights").positive();
    d("latency", &ArrayParams::latency, "of the output stage");
    d("model", &ArrayParams::model, "which body computes");
    d("name", &ArrayParams::name, "for reports").choices({"array", "matrix"});
    d("banks", &ArrayParams::banks, "bytes of each bank").range(1_KiB, 1_MiB);
    d("energy", &ArrayParams::energy, "instead of the technology's").positive();
    d("ports", &ArrayParams::ports, "by name");
    d("steps", &ArrayParams::steps, "one after the other");
    d("count", &ArrayParams::count, "what is counted");
    d("rest", &ArrayParams::rest, "somebody else's");
  }

  void validate(Validation& check) const {
    check.require(rows % 2 == 0, "rows", "must be even");
    check.require(count.metadata || count.weight < 1.0, "count.weight",
                  "must be less than 1 without metadata");
    check.require(steps.size() < 2 || steps[1].metadata, "steps[1].metadata", "must be counted");
    check.require(offset != 5, "", "5 is no offset for this array");
  }
};

}  // namespace lacuna_test

template <>
struct lacuna::EnumNames<lacuna_test::Model> {
  static std::vector<lacuna::EnumName<lacuna_test::Model>> table() {
    using lacuna_test::Model;
    return {{"fast", Model::fast}, {"detailed", Model::detailed}, {"rtl", Model::rtl}};
  }
};
