// SPDX-License-Identifier: Apache-2.0
//
// Network generators: layer lists by formula, as torchvision, timm and Hugging Face build them
// [papers/NETWORKS].
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/document.h"
#include "core/parameters.h"
#include "workload/layer.h"

namespace lacuna::workload {

/// ResNet "v1.5": the stride of a bottleneck sits on its 3x3. Layers as torchvision names them,
/// with conv_downsample.
struct ResnetParams {
  std::uint32_t depth = 50;
  std::uint32_t image = 224;
  std::uint32_t classes = 1000;

  template <class Description>
  static void describe(Description& d) {
    d("depth", &ResnetParams::depth, "18 and 34 have basic blocks, 50 and 101 bottlenecks")
        .choices({18U, 34U, 50U, 101U});
    d("image", &ResnetParams::image, "height and width of the input").range(1U, 4096U);
    d("classes", &ResnetParams::classes, "outputs of the classifier").range(1U, 65536U);
  }
};

/// VGG-16: thirteen 3x3 convolutions and three fully connected layers, conv0 .. conv12, fc0 .. fc2.
struct VggParams {
  std::uint32_t depth = 16;
  std::uint32_t image = 224;
  std::uint32_t classes = 1000;

  template <class Description>
  static void describe(Description& d) {
    d("depth", &VggParams::depth, "weighted layers").choices({16U});
    d("image", &VggParams::image, "height and width of the input").range(1U, 4096U);
    d("classes", &VggParams::classes, "outputs of the classifier").range(1U, 65536U);
  }
};

enum class AlexnetVariant { torchvision, original };

/// AlexNet: torchvision's one-tower variant, or the one of 2012 with two groups and 227 pixels;
/// conv0 .. conv4, fc0 .. fc2.
struct AlexnetParams {
  AlexnetVariant variant = AlexnetVariant::torchvision;
  std::uint32_t classes = 1000;

  template <class Description>
  static void describe(Description& d) {
    d("variant", &AlexnetParams::variant, "torchvision's, or the original of 2012 with two groups");
    d("classes", &AlexnetParams::classes, "outputs of the classifier").range(1U, 65536U);
  }
};

enum class GooglenetVariant { torchvision, original };

/// GoogLeNet without auxiliary classifiers; layers as torchvision names them.
struct GooglenetParams {
  GooglenetVariant variant = GooglenetVariant::torchvision;
  std::uint32_t classes = 1000;

  template <class Description>
  static void describe(Description& d) {
    d("variant", &GooglenetParams::variant,
      "torchvision's, with 3x3 kernels where the original has 5x5");
    d("classes", &GooglenetParams::classes, "outputs of the classifier").range(1U, 65536U);
  }
};

/// Inception-v3 of 299 pixels, without auxiliary classifier; layers as torchvision names them.
struct InceptionParams {
  std::uint32_t classes = 1000;

  template <class Description>
  static void describe(Description& d) {
    d("classes", &InceptionParams::classes, "outputs of the classifier").range(1U, 65536U);
  }
};

/// DenseNet-121; layers as torchvision names them. Each convolution but the first reads normalized images after a ReLU.
struct DensenetParams {
  std::uint32_t depth = 121;
  std::uint32_t image = 224;
  std::uint32_t classes = 1000;

  template <class Description>
  static void describe(Description& d) {
    d("depth", &DensenetParams::depth, "weighted layers").choices({121U});
    d("image", &DensenetParams::image, "height and width of the input").range(1U, 4096U);
    d("classes", &DensenetParams::classes, "outputs of the classifier").range(1U, 65536U);
  }
};

/// Vision transformer: patch_embed.conv, then per block b<i> the layers qkv, scores, contexts,
/// proj, fc1, fc2, and head.fc.
struct VitParams {
  std::uint32_t image = 224;
  std::uint32_t patch = 16;
  std::uint32_t blocks = 12;
  std::uint32_t width = 768;
  std::uint32_t heads = 12;
  std::uint32_t hidden = 3072;
  std::uint32_t classes = 1000;

  template <class Description>
  static void describe(Description& d) {
    d("image", &VitParams::image, "height and width of the input").range(1U, 4096U);
    d("patch", &VitParams::patch, "height and width of a patch").range(1U, 4096U);
    d("blocks", &VitParams::blocks, "encoder blocks").range(1U, 1000U);
    d("width", &VitParams::width, "channels of a token").range(1U, 65536U);
    d("heads", &VitParams::heads, "attention heads; they divide the width").range(1U, 1024U);
    d("hidden", &VitParams::hidden, "channels between fc1 and fc2").range(1U, 65536U);
    d("classes", &VitParams::classes, "outputs of the head").range(1U, 65536U);
  }
  void validate(Validation& check) const {
    check.require(width % heads == 0, "heads", "must divide the width");
    check.require(patch <= image, "patch", "must not be larger than the image");
  }
};

/// BERT encoder: per layer l<i> query, key, value, scores, contexts, proj, fc1, fc2; then pooler.fc
/// and classifier.
struct BertParams {
  std::uint32_t length = 128;
  std::uint32_t blocks = 12;
  std::uint32_t width = 768;
  std::uint32_t heads = 12;
  std::uint32_t hidden = 3072;
  std::uint32_t classes = 2;

  template <class Description>
  static void describe(Description& d) {
    d("length", &BertParams::length, "tokens of a sequence").range(1U, 16384U);
    d("blocks", &BertParams::blocks, "encoder layers").range(1U, 1000U);
    d("width", &BertParams::width, "channels of a token").range(1U, 65536U);
    d("heads", &BertParams::heads, "attention heads; they divide the width").range(1U, 1024U);
    d("hidden", &BertParams::hidden, "channels between fc1 and fc2").range(1U, 65536U);
    d("classes", &BertParams::classes, "outputs of the classifier").range(1U, 65536U);
  }
  void validate(Validation& check) const {
    check.require(width % heads == 0, "heads", "must divide the width");
  }
};

/// GPT-2: per block h<i> the layers qkv, scores, contexts, proj, fc1, fc2, as Hugging Face stacks them; no language-model head. Masked
/// scores are computed all the same.
struct Gpt2Params {
  std::uint32_t length = 1024;
  std::uint32_t blocks = 12;
  std::uint32_t width = 768;
  std::uint32_t heads = 12;
  std::uint32_t hidden = 3072;

  template <class Description>
  static void describe(Description& d) {
    d("length", &Gpt2Params::length, "tokens of a sequence").range(1U, 16384U);
    d("blocks", &Gpt2Params::blocks, "decoder blocks").range(1U, 1000U);
    d("width", &Gpt2Params::width, "channels of a token").range(1U, 65536U);
    d("heads", &Gpt2Params::heads, "attention heads; they divide the width").range(1U, 1024U);
    d("hidden", &Gpt2Params::hidden, "channels between fc1 and fc2").range(1U, 65536U);
  }
  void validate(Validation& check) const {
    check.require(width % heads == 0, "heads", "must divide the width");
  }
};

/// The layers of a network in running order.
/// @throws Error (bad_input, no place) when a layer does not fit, of too small an image say
std::vector<Layer> layers_of(const ResnetParams& network, const Params& knobs);
std::vector<Layer> layers_of(const VggParams& network, const Params& knobs);
std::vector<Layer> layers_of(const AlexnetParams& network, const Params& knobs);
std::vector<Layer> layers_of(const GooglenetParams& network, const Params& knobs);
std::vector<Layer> layers_of(const InceptionParams& network, const Params& knobs);
std::vector<Layer> layers_of(const DensenetParams& network, const Params& knobs);
std::vector<Layer> layers_of(const VitParams& network, const Params& knobs);
std::vector<Layer> layers_of(const BertParams& network, const Params& knobs);
std::vector<Layer> layers_of(const Gpt2Params& network, const Params& knobs);

/// Reads `network: {type: resnet, depth: 50}` and builds it; what is wrong lands in `diagnostics`.
std::vector<Layer> read_network(const Node& node, const std::string& path, const Params& knobs,
                                Diagnostics& diagnostics);
/// The names that `type` may have.
std::vector<std::string> network_types();
/// The parameters of a network type, for the manual.
std::vector<ParameterDocumentation> document_network(const std::string& type);

}  // namespace lacuna::workload

template <>
struct lacuna::EnumNames<lacuna::workload::AlexnetVariant> {
  static std::vector<lacuna::EnumName<lacuna::workload::AlexnetVariant>> table() {
    using lacuna::workload::AlexnetVariant;
    return {{"torchvision", AlexnetVariant::torchvision}, {"original", AlexnetVariant::original}};
  }
};

template <>
struct lacuna::EnumNames<lacuna::workload::GooglenetVariant> {
  static std::vector<lacuna::EnumName<lacuna::workload::GooglenetVariant>> table() {
    using lacuna::workload::GooglenetVariant;
    return {{"torchvision", GooglenetVariant::torchvision},
            {"original", GooglenetVariant::original}};
  }
};
