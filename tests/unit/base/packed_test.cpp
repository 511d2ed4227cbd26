// An element that passes by unread: the same bytes, shared by copies, taken apart when looked into.
#include "base/packed.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace {

using base::Element;
using base::Packed;
using base::Reader;

Element sample() {
    Element root{.name = "Root", .text = {}, .position = {3, 4}, .attributes = {{"a", "1"}}};
    root.add("Child").add("Leaf", std::string(300, 'x'));
    root.add("Other", "文");
    return root;
}

std::string written(const Element& element) {
    base::Writer out;
    out.element(element);
    return out.take();
}

TEST(PackedElement, IsWrittenAsItWasRead) {
    const std::string bytes = written(sample());
    const std::string more = bytes + "rest";
    Reader in{more};
    const Packed packed = Packed::of_bytes(in.packed());
    EXPECT_FALSE(in.bad());
    EXPECT_EQ(in.rest(), "rest");
    EXPECT_EQ(packed.bytes(), bytes);
    EXPECT_EQ(packed.element(), sample());
    EXPECT_EQ(Packed{sample()}.bytes(), bytes);
    EXPECT_EQ(packed, Packed{sample()});
}

TEST(PackedElement, OfNothingIsAnElementWithoutName) {
    EXPECT_EQ(Packed{}.element(), Element{});
    EXPECT_EQ(Packed{}.bytes(), written(Element{}));
    EXPECT_EQ(Packed{}, Packed{Element{}});
}

TEST(PackedElement, AChangeIsThatOfOneCopy) {
    Packed one{sample()};
    const Packed other = one;
    const std::string before = other.bytes();
    one.change([](Element& element) { element.add("New", "n"); });
    EXPECT_EQ(one->text_at("New"), "n");
    EXPECT_EQ(other.element(), sample());
    EXPECT_EQ(other.bytes(), before);
    EXPECT_NE(one.bytes(), before);
}

// Whatever cannot be read as an element cannot be passed by as one.
TEST(PackedElement, WhatIsTornIsBad) {
    const std::string bytes = written(sample());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        Reader packs{std::string_view{bytes}.substr(0, size)};
        EXPECT_TRUE(packs.packed().empty());
        EXPECT_TRUE(packs.bad()) << size;
    }
    for (std::size_t i = 0; i < bytes.size(); ++i)
        for (const char c : {'\0', '\x7f', '\xff'}) {
            std::string other = bytes;
            other[i] = c;
            Reader packs{other}, reads{other};
            packs.packed();
            reads.element();
            EXPECT_EQ(packs.bad(), reads.bad()) << i;
            EXPECT_EQ(packs.rest().size(), reads.rest().size()) << i;
        }
}

TEST(PackedElement, CopiesAreReadOnManyThreads) {
    const std::string bytes = written(sample());
    for (int round = 0; round < 50; ++round) {
        const Packed packed = Packed::of_bytes(bytes);
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([copy = packed] { EXPECT_EQ(copy->name, "Root"); });
        for (std::thread& each : threads) each.join();
    }
}

}  // namespace
