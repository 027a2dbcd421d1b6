package dev.turbochat;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A package imports only from rows below its own, and no two packages need each other; the root package included. */
class ArchitectureTest {
    private static final String ROOT = "dev.turbochat";
    private static final String PLANTED = ROOT + ".planted";

    /** The rows, the highest first, as they follow the root package. */
    private static final List<Pattern> ROWS = List.of(
            Pattern.compile("\\.model\\.(openai|anthropic|gemini|eliza)"),
            Pattern.compile(""),
            Pattern.compile("\\.tool"),
            Pattern.compile("\\.memory"),
            Pattern.compile("\\.model\\.(http|image)"),
            Pattern.compile("\\.model"),
            Pattern.compile("\\.error"),
            Pattern.compile("\\.step"));

    private final JavaClasses turbo = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);
    private final JavaClasses planted = new ClassFileImporter().importPackages(PLANTED);

    private static int row(String root, JavaClass type) {
        String rest = type.getPackageName().substring(root.length());
        for (int i = 0; i < ROWS.size(); i++) {
            if (ROWS.get(i).matcher(rest).matches()) {
                return i;
            }
        }
        throw new AssertionError(type.getPackageName() + " stands in no row; give it one.");
    }

    private static ArchRule importsOnlyFromBelow(String root) {
        return classes().that(residesIn(root)).should(new ArchCondition<>("import only from rows below their own") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getDirectDependenciesFromSelf().stream()
                        .filter(dependency -> residesIn(root).test(dependency.getTargetClass()))
                        .filter(dependency ->
                                !dependency.getTargetClass().getPackage().equals(type.getPackage()))
                        .filter(dependency -> row(root, dependency.getTargetClass()) <= row(root, type))
                        .forEach(dependency ->
                                events.add(SimpleConditionEvent.violated(type, dependency.getDescription())));
            }
        });
    }

    private static DescribedPredicate<JavaClass> residesIn(String root) {
        return DescribedPredicate.describe(
                "reside in " + root,
                type -> type.getPackageName().equals(root)
                        || type.getPackageName().startsWith(root + "."));
    }

    /** Slices are keyed on the whole name of the package: JUnit's pattern for packages would leave the root out. */
    private static ArchRule isFreeOfCycles(String root) {
        return slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        return residesIn(root).test(type)
                                ? SliceIdentifier.of(type.getPackageName())
                                : SliceIdentifier.ignore();
                    }

                    @Override
                    public String getDescription() {
                        return "packages of " + root;
                    }
                })
                .should()
                .beFreeOfCycles();
    }

    @Test
    void packages_import_only_from_below() {
        assertThat(turbo).hasSizeGreaterThan(80);
        importsOnlyFromBelow(ROOT).check(turbo);
    }

    @Test
    void packages_are_free_of_cycles() {
        isFreeOfCycles(ROOT).check(turbo);
    }

    @Test
    void a_planted_cycle_through_the_root_package_turns_the_rule_red() {
        assertThatThrownBy(() -> isFreeOfCycles(PLANTED).check(planted))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Slice dev.turbochat.planted -> ")
                .hasMessageContaining("Slice dev.turbochat.planted.step -> ");
    }

    @Test
    void a_planted_import_from_above_turns_the_rule_red() {
        assertThatThrownBy(() -> importsOnlyFromBelow(PLANTED).check(planted))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("dev.turbochat.planted.step.Low")
                .hasMessageContaining("dev.turbochat.planted.High")
                .hasMessageContaining("(2 times)");
    }
}
