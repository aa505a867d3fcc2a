// SPDX-License-Identifier: Apache-2.0
#include "workload/workload.h"

#include <filesystem>

#include "workload/classifier.h"
#include "workload/hand_layers.h"
#include "workload/networks.h"

namespace lacuna::workload {
namespace {

struct WorkloadFile {
  std::string name;
  Node network;
  Node layers;
  Params workload;

  template <class Description>
  static void describe(Description& d) {
    d("name", &WorkloadFile::name, "stands in results; the file's name if not given");
    d("network", &WorkloadFile::network, "a network by formula: its type and parameters");
    d("layers", &WorkloadFile::layers, "or layers by hand");
    d("workload", &WorkloadFile::workload, "knobs");
  }
  void validate(Validation& check) const {
    check.require(network.is_null() != layers.is_null(), "",
                  "expected either 'network' or 'layers'");
  }
};

const Node* knob(const Node& document, const char* key) {
  const Node* knobs = document.find("workload");
  return knobs == nullptr ? nullptr : knobs->find(key);
}

/// Knobs that would have no effect are mistakes.
void check_knobs(const Node& document, const WorkloadFile& file, Diagnostics& diagnostics) {
  const Node* type = file.network.find("type");
  const bool has_length =
      type != nullptr && type->is_scalar() && (type->scalar == "bert" || type->scalar == "gpt2");
  if (file.workload.length && !has_length) {
    diagnostics.add(knob(document, "length")->place, "workload.length",
                    "only networks of sequences (bert, gpt2) have it");
  }
  if (file.workload.batch != 1 && file.network.is_null()) {
    diagnostics.add(knob(document, "batch")->place, "workload.batch",
                    "layers by hand have the batch of their activations");
  }
}

}  // namespace

std::uint64_t Workload::macs() const {
  std::uint64_t sum = 0;
  for (const Layer& layer : layers) {
    sum += layer.shape.macs();
  }
  return sum;
}

Workload read_workload(const Node& document, const std::string& directory,
                       const std::string& default_name) {
  if (is_classifier(document)) {
    throw input_error(
        document.find("classifier")->place, "classifier",
        "is no list of layers: 'lacuna screen' takes it, and 'lacuna run platforms/enmc.yaml'");
  }
  Diagnostics diagnostics;
  WorkloadFile file;
  Workload result;
  // One wrong parameter does not hide what is wrong with the layers.
  read_parameters_into(file, document, "", diagnostics);
  check_knobs(document, file, diagnostics);
  result.name = file.name.empty() ? default_name : file.name;
  result.knobs = file.workload;
  result.is_network = !file.network.is_null();
  if (result.is_network) {
    result.layers = read_network(file.network, "network", file.workload, diagnostics);
  } else if (!file.layers.is_null()) {
    result.layers = read_hand_layers(file.layers, "layers", directory, file.workload, diagnostics);
  }
  diagnostics.throw_if_any();
  return result;
}

Workload load_workload(const std::string& file, const std::vector<Setting>& settings) {
  Node document = load_yaml_with_includes(file);
  for (const Setting& setting : settings) {
    override_path(document, setting.path, setting.value, setting.origin);
  }
  const std::filesystem::path path(file);
  return read_workload(document, path.parent_path().string(), path.stem().string());
}

}  // namespace lacuna::workload
