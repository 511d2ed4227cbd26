// Both stores under one roof, and what is pending on each: what a conformance test is played on.
#pragma once

#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "store/memory_store.hpp"
#include "store/pending.hpp"
#include "store/rocks_store.hpp"

namespace conformance {

using namespace fixtures;
using edi::MessageState;

enum class Which { Rocks, Memory, PendingOnRocks, PendingOnMemory };

inline std::string name_of(const testing::TestParamInfo<Which>& info) {
    switch (info.param) {
        case Which::Rocks: return "Rocks";
        case Which::Memory: return "Memory";
        case Which::PendingOnRocks: return "PendingOnRocks";
        case Which::PendingOnMemory: return "PendingOnMemory";
    }
    return "";
}

class Both : public testing::TestWithParam<Which> {
protected:
    Both() {
        if (GetParam() == Which::Memory || GetParam() == Which::PendingOnMemory) {
            store_ = store::make_memory_store();
        } else {
            auto opened = store::open_rocks_store(scratch_.path());
            if (!opened) throw std::runtime_error(opened.fault().text);
            store_ = std::move(*opened);
        }
        pending_ = std::make_unique<store::Pending>(*store_);
    }
    void commit(std::vector<edi::Change> changes) { store_->commit(changes); }
    void commit(auto fill) { commit(std::vector{one(fill)}); }

    Scratch scratch_;
    std::unique_ptr<edi::Store> store_;
    std::unique_ptr<store::Pending> pending_;
};

// The first change is committed; whatever follows is committed or only added.
class States : public Both {
protected:
    const edi::State& state() const {
        return is_pending() ? static_cast<const edi::State&>(*pending_) : *store_;
    }
    bool is_pending() const {
        return GetParam() == Which::PendingOnRocks || GetParam() == Which::PendingOnMemory;
    }
    void then(auto fill) {
        if (is_pending()) {
            pending_->add(one(fill));
        } else {
            commit(fill);
        }
    }
};

class Stores : public Both {};

std::vector<std::string> ids(const auto& records, auto member) {
    std::vector<std::string> found;
    for (const auto& each : records) found.push_back(each.*member);
    return found;
}
using Ids = std::vector<std::string>;

}  // namespace conformance
