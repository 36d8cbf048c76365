#pragma once

namespace varhush::apps {

/// `varhush score`: score every ALT allele of a VCF/BCF and annotate. Needs no LibTorch: the splice
/// networks have a native evaluator.
int run_score(int argc, const char* const* argv);

}  // namespace varhush::apps
