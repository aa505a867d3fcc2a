// SPDX-License-Identifier: Apache-2.0
#include "workload/classifier.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

namespace lacuna::workload {
namespace {

struct ClassifierFile {
  std::string name;
  ClassifierParams classifier;

  template <class Description>
  static void describe(Description& d) {
    d("name", &ClassifierFile::name, "stands in results; the file's name if not given");
    d("classifier", &ClassifierFile::classifier, "its shape and how it is screened").required();
  }
};

std::size_t share_of(double share, std::uint32_t whole) {
  return std::max<std::size_t>(1, static_cast<std::size_t>(std::floor(share * whole + 0.5)));
}

}  // namespace

std::size_t ClassifierParams::projected_length() const {
  return share_of(projection, dimension);
}

std::size_t ClassifierParams::low_rank() const {
  return share_of(rank, dimension);
}

void ClassifierParams::validate(Validation& check) const {
  check.require(candidates <= categories, "candidates",
                fmt::format("{} of {} categories", candidates, categories));
  check.require(!end_to_end || front_end != FrontEnd::none, "front_end",
                "must name the network whose time `end_to_end` asks for");
}

bool is_classifier(const Node& document) {
  return document.is_mapping() && document.find("classifier") != nullptr;
}

Classifier read_classifier(const Node& document, const std::string& default_name) {
  Diagnostics diagnostics;
  const auto file = read_parameters<ClassifierFile>(document, "", diagnostics);
  diagnostics.throw_if_any();
  const Node* key = document.find("classifier");
  return {file.name.empty() ? default_name : file.name, file.classifier,
          key == nullptr ? Place() : key->place};
}

Classifier load_classifier(const std::string& file, const std::vector<Setting>& settings) {
  Node document = load_yaml_with_includes(file);
  for (const Setting& setting : settings) {
    override_path(document, setting.path, setting.value, setting.origin);
  }
  return read_classifier(document, std::filesystem::path(file).stem().string());
}

}  // namespace lacuna::workload
