#include "base/byte_block.h"

#include <gtest/gtest.h>

#include <string>

namespace papo::base {
namespace {

constexpr int kTelling[] = {0, 9, 0x1F, 0x20, ':', ';', 0x7E, 0x7F, 0x80, 0xFF};

struct Equal {
  static bool has(unsigned char byte) { return byte == ':'; }
  static auto marks(auto block) { return block.equal(':'); }
};
struct AtLeast {
  static bool has(unsigned char byte) { return byte >= 0x7F; }
  static auto marks(auto block) { return block.at_least('\x7F'); }
};
struct NotAscii {
  static bool has(unsigned char byte) { return byte >= 0x80; }
  static auto marks(auto block) { return block.at_least('\x80'); }
};
struct AtMost {
  static bool has(unsigned char byte) { return byte <= 0x1F; }
  static auto marks(auto block) { return block.at_most('\x1F'); }
};
struct Either {
  static bool has(unsigned char byte) { return byte == 0 || byte >= 0x7E; }
  static auto marks(auto block) {
    return block.equal('\0').or_with(block.at_least('\x7E'));
  }
};
struct Without {
  static bool has(unsigned char byte) { return byte < ' ' && byte != '\t'; }
  static auto marks(auto block) {
    return block.at_most('\x1F').without(block.equal('\t'));
  }
};

template <class Rule>
std::size_t naive_first(const std::string& text) {
  std::size_t at = 0;
  while (at < text.size() && !Rule::has(static_cast<unsigned char>(text[at]))) {
    ++at;
  }
  return at;
}

// Every byte before every telling one, at every place of a block and of its
// tail: a sum that carried into the next byte would show here.
template <class Rule, class Block>
void check_rule() {
  const std::size_t size = 2 * Block::kBytes + 3;
  for (int first = 0; first < 256; ++first) {
    for (const int second : kTelling) {
      for (std::size_t at = 0; at + 1 < size; at += 3) {
        std::string text(size, 'a');
        text[at] = static_cast<char>(first);
        text[at + 1] = static_cast<char>(second);
        const std::size_t expected = naive_first<Rule>(text);
        const std::size_t found =
            find_first<Rule, Block>(text.data(), 0, text.size());
        ASSERT_EQ(found, expected)
            << "bytes " << first << ", " << second << " at " << at;
      }
    }
  }
}

template <class Block>
void check_all_rules() {
  check_rule<Equal, Block>();
  check_rule<AtLeast, Block>();
  check_rule<NotAscii, Block>();
  check_rule<AtMost, Block>();
  check_rule<Either, Block>();
  check_rule<Without, Block>();
}

TEST(ByteBlock, FindsInWordsWhatALoopFinds) {
  check_all_rules<WordBlock>();
}

TEST(ByteBlock, FindsInTheWidestBlockWhatALoopFinds) {
  check_all_rules<WidestBlock>();
}

TEST(ByteBlock, LooksOnlyBetweenBeginAndEnd) {
  const std::string text = ":" + std::string(40, 'a') + ":";
  for (std::size_t begin = 1; begin < text.size(); ++begin) {
    for (std::size_t end = begin; end < text.size(); ++end) {
      EXPECT_EQ(find_first<Equal>(text.data(), begin, end), end);
    }
  }
}

}  // namespace
}  // namespace papo::base
