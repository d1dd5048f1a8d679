import java.io.FileInputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.VeraPDFFoundry;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.RuleId;

/** Judges every file by PDF/A-3b and prints one JSON line for each, in order. */
public final class Judge {
    private Judge() {}

    public static void main(String[] files) throws Exception {
        // The validator logs to standard output too: keep that stream for verdicts.
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        System.setOut(System.err);
        VeraGreenfieldFoundryProvider.initialise();
        try (VeraPDFFoundry foundry = Foundries.defaultInstance()) {
            for (String file : files) {
                out.println(judge(foundry, file));
            }
        }
    }

    private static String judge(VeraPDFFoundry foundry, String file) {
        PDFAFlavour flavour = PDFAFlavour.PDFA_3_B;
        try (InputStream in = new FileInputStream(file);
                PDFAParser parser = foundry.createParser(in, flavour);
                PDFAValidator validator = foundry.createValidator(flavour, false)) {
            return describe(file, validator.validate(parser));
        } catch (Throwable error) {
            return "{\"file\": " + quote(file) + ", \"error\": " + quote(error.toString()) + "}";
        }
    }

    private static String describe(String file, ValidationResult result) {
        Map<RuleId, String> messages = new LinkedHashMap<>();
        for (TestAssertion assertion : result.getTestAssertions()) {
            if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                messages.putIfAbsent(assertion.getRuleId(), assertion.getMessage());
            }
        }
        StringBuilder failures = new StringBuilder();
        for (Map.Entry<RuleId, Integer> entry : result.getFailedChecks().entrySet()) {
            RuleId rule = entry.getKey();
            failures.append(failures.length() > 0 ? ", " : "")
                    .append("{\"clause\": ").append(quote(rule.getClause()))
                    .append(", \"test\": ").append(rule.getTestNumber())
                    .append(", \"message\": ").append(quote(messages.get(rule)))
                    .append(", \"count\": ").append(entry.getValue()).append("}");
        }
        return "{\"file\": " + quote(file) + ", \"compliant\": " + result.isCompliant()
                + ", \"checks\": " + result.getTotalAssertions()
                + ", \"failures\": [" + failures + "]}";
    }

    private static String quote(String text) {
        if (text == null) {
            return "null";
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < 0x20 || c > 0x7e) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
