// mapping/shapes/*.yaml say what the schemas of xsd/ say: neither can change alone.
#include <map>
#include <set>

#include "fixture.hpp"
#include "mapping/shape.hpp"

namespace {

using base::Element;
using mapping::Shape;

// A schema with its includes, as far as our own schemas use the language.
class Schema {
public:
    explicit Schema(const std::string& file) { include(file); }

    // The document (or the type of that name) as a shape.
    Shape document(const std::string& name) const {
        Shape shape;
        shape.name = name;
        for (const Element& part : parts_)
            if (part.name == "element" && part.attribute("name") == name) fill(shape, part, true);
        if (shape.inside.empty()) fill_type(shape, name, true);
        return shape;
    }

private:
    void include(const std::string& file) {
        const Element schema = small_xml::read(fixture::read(fixture::source + "/xsd/" + file));
        for (const Element& part : schema.children) {
            if (part.name == "include") {
                const std::string next(part.attribute("schemaLocation"));
                if (included_.insert(next).second) include(next);
            } else {
                parts_.push_back(part);
            }
        }
    }

    void fill(Shape& shape, const Element& element, bool required) const {
        if (const Element* type = element.child("complexType")) particles(shape, *type, required);
        const std::string_view type = element.attribute("type");
        if (!type.empty()) fill_type(shape, type, required);
    }

    void fill_type(Shape& shape, std::string_view type, bool required) const {
        for (const Element& part : parts_)
            if (part.name == "complexType" && part.attribute("name") == type)
                particles(shape, part, required);
    }

    void particles(Shape& shape, const Element& group, bool required) const {
        for (const Element& part : group.children) {
            if (part.name == "element") {
                element(shape, part, required);
            } else if (part.name == "attribute") {
                Shape attribute;
                attribute.name = "@" + std::string(part.attribute("name"));
                attribute.required = part.attribute("use") == "required";
                shape.inside.push_back(attribute);
            } else if (part.name == "choice") {
                choice(shape, part);
            } else if (part.name == "group") {
                for (const Element& each : parts_)
                    if (each.name == "group" && each.attribute("name") == part.attribute("ref"))
                        particles(shape, each, required && part.attribute("minOccurs") != "0");
            } else if (part.name == "sequence" || part.name == "simpleContent" ||
                       part.name == "extension") {
                particles(shape, part, required && part.attribute("minOccurs") != "0");
                if (part.name == "simpleContent") {
                    Shape text;
                    text.name = ".";
                    shape.inside.push_back(text);
                }
            }
        }
    }

    // What every branch holds is required, the rest may be missing; what stands in two branches
    // stands where both orders allow it.
    void choice(Shape& shape, const Element& part) const {
        std::map<std::string, std::size_t> held;
        Shape all;
        for (const Element& branch : part.children) {
            Shape one;
            Element alone{"sequence", ""};
            alone.children.push_back(branch);
            particles(one, alone, true);
            for (const Shape& each : one.inside) {
                if (each.required) ++held[each.name];
                if (!all.part(each.name)) all.inside.push_back(each);
            }
        }
        for (Shape& each : all.inside) {
            each.required = held[each.name] == part.children.size();
            shape.inside.push_back(each);
        }
    }

    void element(Shape& shape, const Element& part, bool required) const {
        Shape inner;
        inner.name = part.attribute("name");
        const std::string_view most = part.attribute("maxOccurs");
        inner.required = required && part.attribute("minOccurs") != "0";
        inner.repeats = !most.empty() && most != "1";
        inner.most = inner.repeats && most != "unbounded" ? std::stoul(std::string(most)) : 0;
        fill(inner, part, true);
        shape.inside.push_back(inner);
    }

    std::vector<Element> parts_;
    std::set<std::string> included_;
};

// One line a name, with its mark; attributes first, as YAML has them.
std::string shown(const Shape& shape, const std::string& indent = "") {
    std::string first;
    std::string rest;
    for (const Shape& each : shape.inside) {
        const std::string mark = each.repeats    ? (each.required ? "+" : "*")
                                 : each.required ? ""
                                                 : "?";
        const std::string most = each.most > 0 ? std::to_string(each.most) : "";
        (each.is_attribute() ? first : rest) +=
            indent + each.name + mark + most + "\n" + shown(each, indent + "  ");
    }
    return first + rest;
}

Shape shape_file(const std::string& name) {
    base::Result<yaml::Document> document =
        yaml::Document::read(fixture::source + "/mapping/shapes/" + name + ".yaml");
    if (!document) throw std::runtime_error(document.fault().text);
    Shape shape;
    shape.inside = mapping::read_shapes(document->root()["documents"]);
    return shape;
}

TEST(Shapes, TheGatewaysAreThoseOfItsSchema) {
    const Schema schema("mep-gateway-1.xsd");
    const Shape gateway = shape_file("gateway");
    EXPECT_EQ(gateway.inside.size(), 7u);
    for (const Shape& each : gateway.inside)
        EXPECT_EQ(shown(each), shown(schema.document(each.name))) << each.name;
}

// Names and unit come from the catalogue: judge adds them, an enterprise cannot send them.
TEST(Shapes, TheApplicationIsThatOfItsSchemaWithWhatJudgeAdds) {
    const Schema schema("permitd-mep-1.xsd");
    Shape ours = *shape_file("canonical").part("LicenceApplication");
    const auto added = [](const Shape& each) {
        return each.name == "CommodityName" || each.name == "Unit";
    };
    std::size_t count = 0;
    for (Shape& part : ours.inside)
        if (part.name == "SingleMachine") count += std::erase_if(part.inside, added);
    EXPECT_EQ(count, 2u);
    EXPECT_EQ(shown(ours), shown(schema.document("LicenceApplication")));
}

TEST(Shapes, TheRegistrationsAreThoseOfTheSchema) {
    const Schema schema("permitd-mep-1.xsd");
    for (const char* name : {"EnterpriseRegistration", "AccountBinding"}) {
        const Shape theirs = schema.document(name);
        ASSERT_FALSE(theirs.inside.empty()) << "the schema has no " << name;
        EXPECT_EQ(shown(*shape_file("canonical").part(name)), shown(theirs)) << name;
    }
}

// What partner tables may make. The application is compared above.
TEST(Shapes, MessagesAndBatchesAreThoseOfTheSchema) {
    const Schema schema("permitd-mep-1.xsd");
    const Shape ours = shape_file("canonical");
    const Shape theirs = schema.document("Message");
    const Shape& message = *ours.part("Message");
    EXPECT_GT(message.inside.size(), 15u);
    for (const Shape& each : message.inside) {
        const Shape* same = theirs.part(each.name);
        ASSERT_TRUE(same) << each.name;
        EXPECT_EQ(each.required, same->required) << each.name;
        if (each.name != "LicenceApplication") {
            EXPECT_EQ(shown(each), shown(*same)) << each.name;
        }
    }
    const Shape batch = schema.document("Batch");
    for (const Shape& each : ours.part("Batch")->inside) {
        const Shape* same = batch.part(each.name);
        ASSERT_TRUE(same) << each.name;
        EXPECT_EQ(each.repeats, same->repeats) << each.name;
        if (each.name != "Message") {
            EXPECT_EQ(shown(each), shown(*same)) << each.name;
        }
    }
}

// "/A/B" stands for what stands inside of that, in a document further up.
TEST(Shapes, OneMayHoldWhatAnotherHolds) {
    base::Result<yaml::Document> document =
        yaml::Document::parse("A:\n  B?: C D*\nE:\n  F+: /A/B\n  G: /A\n", "s.yaml");
    ASSERT_TRUE(document);
    Shape shape;
    shape.inside = mapping::read_shapes(document->root());
    EXPECT_EQ(shown(shape),
              "A\n  B?\n    C\n    D*\nE\n  F+\n    C\n    D*\n  G\n    B?\n"
              "      C\n      D*\n");
    EXPECT_TRUE(document->complaints().empty());
}

TEST(Shapes, OneThatStandsForNothingIsToldOf) {
    for (const char* bad : {"/A/C", "/E", "/Z", "/", "/A/", "/B"}) {
        base::Result<yaml::Document> document =
            yaml::Document::parse("A:\n  B: X\nE:\n  F: " + std::string(bad) + "\n", "s.yaml");
        ASSERT_TRUE(document) << bad;
        mapping::read_shapes(document->root());
        EXPECT_EQ(document->complaints(),
                  std::vector{"s.yaml:4:6: '" + std::string(bad) + "' stands nowhere further up"});
    }
}

TEST(Shapes, NamesBearTheirMarks) {
    base::Result<yaml::Document> document =
        yaml::Document::parse("A:\nB?: \"@x @y? .\"\nC*:\nD+:\nE+2:\n", "s.yaml");
    ASSERT_TRUE(document);
    Shape shape;
    shape.inside = mapping::read_shapes(document->root());
    EXPECT_EQ(shown(shape), "A\nB?\n  @x\n  @y?\n  .\nC*\nD+\nE+2\n");
    EXPECT_TRUE(document->complaints().empty());
}

TEST(Shapes, WhatIsNoNameIsToldOf) {
    for (const char* bad : {"A!", "A?2", "A+0", "A+x", "A+1000", "'@'", "A B", "''", "A2="}) {
        base::Result<yaml::Document> document =
            yaml::Document::parse(std::string(bad) + ":\n", "s.yaml");
        ASSERT_TRUE(document) << bad;
        mapping::read_shapes(document->root());
        EXPECT_EQ(document->complaints().size(), 1u) << bad;
    }
}

}  // namespace
