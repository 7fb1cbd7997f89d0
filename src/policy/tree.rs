//! One walk through regorus' syntax tree. A visitor says what it cares about; everything else goes on
//! below it.
//!
//! The typed tree is walked, not its JSON form: a new kind of expression is then a compile error here
//! instead of something that nobody looks at.

use regorus::unstable::{Expr, Literal, LiteralStmt, Query, Rule, RuleBody, RuleHead};

/// What is done at each node. Whoever overrides a method goes on with the `below_` of the same name, or
/// stops there.
pub(super) trait Visit {
    fn rule(&mut self, rule: &Rule) {
        below_rule(self, rule);
    }

    /// `p[x].y` in front of a rule: its own name is no reference, its indexes are.
    fn head(&mut self, refr: &Expr) {
        match refr {
            Expr::RefBrack { refr, index, .. } => {
                self.head(refr);
                self.expr(index);
            }
            Expr::RefDot { refr, .. } => self.head(refr),
            _ => {}
        }
    }

    fn statement(&mut self, statement: &LiteralStmt) {
        below_statement(self, statement);
    }

    fn expr(&mut self, expr: &Expr) {
        below_expr(self, expr);
    }
}

pub(super) fn below_rule(visitor: &mut (impl Visit + ?Sized), rule: &Rule) {
    match rule {
        Rule::Spec { head, bodies, .. } => {
            match head {
                RuleHead::Compr { refr, assign, .. } => {
                    visitor.head(refr);
                    if let Some(assign) = assign {
                        visitor.expr(&assign.value);
                    }
                }
                RuleHead::Set { refr, key, .. } => {
                    visitor.head(refr);
                    if let Some(key) = key {
                        visitor.expr(key);
                    }
                }
                RuleHead::Func { args, assign, .. } => {
                    args.iter().for_each(|arg| visitor.expr(arg));
                    if let Some(assign) = assign {
                        visitor.expr(&assign.value);
                    }
                }
            }
            bodies.iter().for_each(|body| below_body(visitor, body));
        }
        Rule::Default { args, value, .. } => {
            args.iter().for_each(|arg| visitor.expr(arg));
            visitor.expr(value);
        }
    }
}

fn below_body(visitor: &mut (impl Visit + ?Sized), body: &RuleBody) {
    if let Some(assign) = &body.assign {
        visitor.expr(&assign.value);
    }
    below_query(visitor, &body.query);
}

fn below_query(visitor: &mut (impl Visit + ?Sized), query: &Query) {
    for statement in &query.stmts {
        visitor.statement(statement);
    }
}

pub(super) fn below_statement(visitor: &mut (impl Visit + ?Sized), statement: &LiteralStmt) {
    match &statement.literal {
        Literal::SomeVars { .. } => {}
        Literal::SomeIn {
            key,
            value,
            collection,
            ..
        } => {
            for expr in key.iter().chain([value, collection]) {
                visitor.expr(expr);
            }
        }
        Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => visitor.expr(expr),
        Literal::Every { domain, query, .. } => {
            visitor.expr(domain);
            below_query(visitor, query);
        }
    }
    for modifier in &statement.with_mods {
        // The target of `with` is replaced, not read.
        visitor.expr(&modifier.r#as);
    }
}

pub(super) fn below_expr(visitor: &mut (impl Visit + ?Sized), expr: &Expr) {
    match expr {
        Expr::String { .. }
        | Expr::RawString { .. }
        | Expr::Number { .. }
        | Expr::Bool { .. }
        | Expr::Null { .. }
        | Expr::Var { .. } => {}
        Expr::Array { items, .. } | Expr::Set { items, .. } => {
            items.iter().for_each(|item| visitor.expr(item));
        }
        Expr::Object { fields, .. } => {
            for (_, key, value) in fields {
                visitor.expr(key);
                visitor.expr(value);
            }
        }
        // The query first: it binds what the term is made of.
        Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
            below_query(visitor, query);
            visitor.expr(term);
        }
        Expr::ObjectCompr {
            key, value, query, ..
        } => {
            below_query(visitor, query);
            visitor.expr(key);
            visitor.expr(value);
        }
        Expr::Call { params, .. } => params.iter().for_each(|param| visitor.expr(param)),
        Expr::UnaryExpr { expr, .. } | Expr::RefDot { refr: expr, .. } => visitor.expr(expr),
        Expr::RefBrack { refr, index, .. } => {
            visitor.expr(refr);
            visitor.expr(index);
        }
        Expr::BinExpr { lhs, rhs, .. }
        | Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. } => {
            visitor.expr(lhs);
            visitor.expr(rhs);
        }
        Expr::Membership {
            key,
            value,
            collection,
            ..
        } => {
            for expr in key.iter().chain([value, collection]) {
                visitor.expr(expr);
            }
        }
    }
}
