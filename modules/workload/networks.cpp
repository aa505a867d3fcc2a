// SPDX-License-Identifier: Apache-2.0
#include "workload/networks.h"

namespace lacuna::workload {
namespace {

struct NetworkType {
  const char* name;
  std::vector<Layer> (*read)(const Node&, const std::string&, const Params&, Diagnostics&);
  std::vector<ParameterDocumentation> (*document)(const std::string&);
};

template <class Network>
std::vector<Layer> read_as(const Node& node, const std::string& path, const Params& knobs,
                           Diagnostics& diagnostics) {
  Network network;
  if (!read_parameters_into(network, node, path, diagnostics, {"type"})) {
    return {};
  }
  try {
    return layers_of(network, knobs);
  } catch (const Error& error) {
    for (const Diagnostic& diagnostic : error.diagnostics()) {
      diagnostics.add(node.place, path, diagnostic.message);
    }
    return {};
  }
}

constexpr NetworkType types[] = {
    {"resnet", read_as<ResnetParams>, document_parameters<ResnetParams>},
    {"vgg", read_as<VggParams>, document_parameters<VggParams>},
    {"alexnet", read_as<AlexnetParams>, document_parameters<AlexnetParams>},
    {"googlenet", read_as<GooglenetParams>, document_parameters<GooglenetParams>},
    {"inception_v3", read_as<InceptionParams>, document_parameters<InceptionParams>},
    {"densenet", read_as<DensenetParams>, document_parameters<DensenetParams>},
    {"vit", read_as<VitParams>, document_parameters<VitParams>},
    {"bert", read_as<BertParams>, document_parameters<BertParams>},
    {"gpt2", read_as<Gpt2Params>, document_parameters<Gpt2Params>},
};

}  // namespace

std::vector<std::string> network_types() {
  std::vector<std::string> names;
  for (const NetworkType& type : types) {
    names.emplace_back(type.name);
  }
  return names;
}

std::vector<ParameterDocumentation> document_network(const std::string& type) {
  for (const NetworkType& known : types) {
    if (type == known.name) {
      return known.document("network");
    }
  }
  throw model_error("no network type is called " + type);
}

std::vector<Layer> read_network(const Node& node, const std::string& path, const Params& knobs,
                                Diagnostics& diagnostics) {
  if (!expect_mapping(node, path, diagnostics)) {
    return {};
  }
  const Node* type_node = node.find("type");
  if (type_node == nullptr) {
    diagnostics.add(node.place, join_path(path, "type"),
                    "is missing, expected one of " + names_text(network_types()));
    return {};
  }
  for (const NetworkType& type : types) {
    if (type_node->is_scalar() && type_node->scalar == type.name) {
      return type.read(node, path, knobs, diagnostics);
    }
  }
  report_choice(*type_node, join_path(path, "type"), diagnostics, network_types());
  return {};
}

}  // namespace lacuna::workload
