// SPDX-License-Identifier: Apache-2.0
// Any bytes as a document: an Error or a tree, and a tree that survives being written, overridden and read as parameters.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/document.h"
#include "core/technology.h"
#include "unit/core/parameters_example.h"

namespace {

using namespace lacuna;

bool same(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.scalar != b.scalar || a.quoted != b.quoted ||
      a.items.size() != b.items.size() || a.entries.size() != b.entries.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!same(a.items[i], b.items[i])) {
      return false;
    }
  }
  for (std::size_t i = 0; i < a.entries.size(); ++i) {
    if (a.entries[i].key != b.entries[i].key || !same(a.entries[i].value, b.entries[i].value)) {
      return false;
    }
  }
  return true;
}

void demand(bool condition) {
  if (!condition) {
    std::abort();
  }
}

void check_written(const Node& root) {
  demand(same(parse_yaml(write_yaml(root), "written"), root));
}

/// Parameters that were read without a problem are written to a document that reads without one.
void check_parameters(const Node& root) {
  Diagnostics diagnostics;
  const auto params = read_parameters<lacuna_test::ArrayParams>(root, "root", diagnostics);
  if (diagnostics.empty()) {
    const Node written = write_parameters(params);
    const auto again = read_parameters<lacuna_test::ArrayParams>(written, "root", diagnostics);
    demand(diagnostics.empty() && same(write_parameters(again), written));
  }
  Diagnostics others;
  Technology::read(root, others);
}

void check_override(Node root, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) {
    return;
  }
  try {
    override_path(root, text.substr(0, equals), text.substr(equals + 1), "--set " + text);
    check_written(root);
  } catch (const Error& error) {
    demand(error.fault() == Fault::bad_input);
  }
}

}  // namespace

// libFuzzer calls it by this name.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const Node root = parse_yaml(text, "fuzz.yaml");
    check_written(root);
    check_parameters(root);
    check_override(root, text);
  } catch (const Error& error) {
    demand(error.fault() == Fault::bad_input && !error.diagnostics().empty());
    demand(!error.diagnostics().front().place.file.empty());
  }
  return 0;
}
